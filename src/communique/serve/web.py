"""The application: addresses, pages as HTML or JSON, and errors in plain words."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import parse_qsl

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from communique.errors import StoreBusy, StoreError
from communique.serve.desk import Desk
from communique.serve.failures import NotFound, Refused
from communique.serve.pages.actor import build_actor
from communique.serve.pages.disputes import build_disputes
from communique.serve.pages.dyad import build_dyad
from communique.serve.pages.map import build_map
from communique.serve.pages.network import build_network
from communique.serve.pages.new import build_new, hand_in
from communique.serve.pages.overview import build_overview
from communique.serve.pages.positions import build_positions, group_stands
from communique.serve.pages.reader import build_reader
from communique.serve.pages.review import build_export, build_review, save_review
from communique.serve.query import AddressError, Query, make_address, read_query
from communique.serve.security import LOOPBACK, Gate, is_token, make_token
from communique.serve.source import Reader, Source
from communique.serve.templating import make_templates

if TYPE_CHECKING:
    from communique.coder import Coder

# Bytes of a form: a long article fits, a flood doesn't.
LARGEST_FORM = 4_000_000
STATIC = resources.files("communique.serve") / "static"
Build = Callable[[Reader, Any], Any]

#: Pages with an entry in the navigation: path, name, and what builds it from the data and the address's parameters.
PAGES: tuple[tuple[str, str, Build], ...] = (
    ("/", "Overview", lambda reader, params: build_overview(reader, read_query(params))),
    ("/network", "Network", build_network),
    ("/positions", "Positions", build_positions),
    ("/disputes", "Disputes", build_disputes),
    ("/map", "Map", build_map),
    ("/review", "Review", build_review),
)
#: The page where articles are handed in, which needs no data.
NEW = ("/new", "New article")
#: Pages that others lead to.
INNER: tuple[tuple[str, Build], ...] = (
    ("/document", build_reader),
    ("/actor", build_actor),
    ("/dyad", build_dyad),
)


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that couldn't be shown, and why. `again`: the same may work in a moment."""

    template: ClassVar[str] = "failure.html"
    title: str
    status: int
    reason: str
    again: bool = False


class Workbench:
    """What the endpoints share: the data, the templates and the token."""

    def __init__(self, source: Source, load: Callable[[], Coder]) -> None:
        self.source = source
        self.desk = Desk(source, load)
        self.token = make_token()
        self.templates = make_templates(
            token=self.token, store=source.name, nav=[*((path, name) for path, name, _ in PAGES), NEW]
        )

    def show(self, build: Build) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint that builds a page while it holds the data, and answers with it."""

        def make(params: Any) -> Any:
            with self.source.read() as reader:
                return build(reader, params)

        async def endpoint(request: Request) -> Response:
            page = await run_in_threadpool(make, request.query_params)
            return await run_in_threadpool(self.respond, request, page)

        return endpoint

    def respond(self, request: Request, page: Any, status: int = 200) -> Response:
        """A page as JSON where that is asked, else as HTML."""
        if wants_json(request):
            return Response(msgspec.json.encode(page), status, media_type="application/json")
        html = self.templates.get_template(page.template).render(
            page=page, path=request.url.path, behind=self.source.behind
        )
        return HTMLResponse(html, status)

    def change(
        self, save: Callable[[Source, dict[str, str]], Any]
    ) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint that changes something: only with the token of this process's own pages."""

        async def endpoint(request: Request) -> Response:
            form = await read_form(request)
            self._check_token(form)
            done = await run_in_threadpool(save, self.source, form)
            if wants_json(request):
                return self.respond(request, done)
            return RedirectResponse(done.back, 303)

        return endpoint

    async def show_new(self, request: Request) -> Response:
        """The form for a new article, how far one is, or, when it is there, the article."""
        page = build_new(self.desk, request.query_params)
        if page.progress and page.progress.href and not wants_json(request):
            return RedirectResponse(page.progress.href, 303)
        return await run_in_threadpool(self.respond, request, page)

    async def take_new(self, request: Request) -> Response:
        """An article handed in."""
        form, file, file_name = await read_upload(request)
        self._check_token(form)
        page = await run_in_threadpool(hand_in, self.desk, form, file, file_name)
        if page.progress and not wants_json(request):
            return RedirectResponse(make_address("/new", [("job", page.progress.job)]), 303)
        return await run_in_threadpool(self.respond, request, page, 202 if page.progress else 422)

    def _check_token(self, form: dict[str, str]) -> None:
        if not is_token(form.get("token", ""), self.token):
            raise HTTPException(
                403, "This form is not one of this workbench, or it was started anew; reload."
            )

    def download(self, request: Request) -> Response:
        """The judged set as a file."""
        which = request.path_params["which"]
        if which not in ("gold", "predictions", "decisions"):
            raise NotFound("No such file.")
        with self.source.read() as reader:
            text = build_export(reader, which)
        name = f'attachment; filename="{which}.jsonl"'
        return Response(text, media_type="application/jsonl", headers={"Content-Disposition": name})

    async def fail(self, request: Request, error: Exception) -> Response:
        """Errors that users can do something about, as a page."""
        failure = explain(error)
        return self.respond(request, failure, failure.status)


def explain(error: Exception) -> Failure:
    """What went wrong in plain words."""
    if isinstance(error, StoreError):
        busy = isinstance(error, StoreBusy)
        reason = (
            "A run is writing to the database. This page comes back by itself when the run is done."
            if busy
            else str(error)
        )
        return Failure("The database is busy" if busy else "The database can't be read", 503, reason, busy)
    if isinstance(error, Refused):
        return Failure("That was not saved", 422, str(error))
    if isinstance(error, AddressError):
        return Failure("That can't be asked", 400, str(error))
    if isinstance(error, HTTPException) and error.status_code != 404:
        return Failure("That can't be done", error.status_code, error.detail)
    return Failure(
        "There is nothing here", 404, str(error) if isinstance(error, NotFound) else "No such page."
    )


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form as pages send it. Raises HTTPException where it is too large or of another kind."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise HTTPException(415, "Forms are sent as application/x-www-form-urlencoded.")
    body = await read_body(request)
    try:
        return dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=100))
    except ValueError:
        raise HTTPException(400, "That is not a form.") from None


async def read_upload(request: Request) -> tuple[dict[str, str], bytes, str]:
    """The fields of a form with at most one file, the file, and its name. Raises HTTPException as `read_form`."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "multipart/form-data":
        return await read_form(request), b"", ""
    body = await read_body(request)

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        form = await MultiPartParser(
            request.headers, stream(), max_files=1, max_fields=20, max_part_size=LARGEST_FORM
        ).parse()
    except (MultiPartException, KeyError, ValueError):
        raise HTTPException(400, "That is not a form.") from None
    fields = {name: value for name, value in form.items() if isinstance(value, str)}
    file = form.get("file")
    try:
        found = (await file.read(), file.filename or "") if isinstance(file, UploadFile) else (b"", "")
    finally:
        await form.close()
    return fields, *found


async def read_body(request: Request) -> bytes:
    """All that was sent. Raises HTTPException where it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise HTTPException(413, f"A form has at most {LARGEST_FORM // 1_000_000} MB.")
    return bytes(body)


def wants_json(request: Request) -> bool:
    """By `?_format=json`, or by an Accept header that names JSON before HTML."""
    asked = request.query_params.get("_format")
    if asked is not None:
        return asked == "json"
    accept = request.headers.get("accept", "")
    json, html = accept.find("application/json"), accept.find("text/html")
    return json >= 0 and (html < 0 or json < html)


def load_coder() -> Coder:
    """The coder of articles that are handed in."""
    from communique.coder import Coder

    return Coder()


def create_app(
    path: str | Path, *, hosts: Iterable[str] = LOOPBACK, load: Callable[[], Coder] = load_coder
) -> Starlette:
    """The workbench over a database file; answers only to those host names. `load` gives the coder for articles that
    are handed in, when the first one is. Raises StoreError."""
    # what is kept with the index, so that the first page is there at once, and the positions too
    bench = Workbench(Source(path, warm=lambda r: (build_overview(r, Query()), group_stands(r))), load)
    errors = (StoreError, AddressError, NotFound, Refused, HTTPException)

    @asynccontextmanager
    async def live(_: Starlette) -> AsyncGenerator[None, None]:
        yield
        bench.desk.close()

    app = Starlette(
        lifespan=live,
        routes=[
            *(Route(path, bench.show(build)) for path, _, build in PAGES),
            *(Route(path, bench.show(build)) for path, build in INNER),
            Route("/review", bench.change(save_review), methods=["POST"]),
            Route("/review/{which}.jsonl", bench.download),
            Route("/new", bench.show_new, methods=["GET"]),
            Route("/new", bench.take_new, methods=["POST"]),
            Mount("/static", StaticFiles(directory=str(STATIC))),
        ],
        middleware=[Middleware(Gate, hosts=hosts)],
        exception_handlers=dict.fromkeys(errors, bench.fail),
    )
    app.state.bench = bench
    return app
