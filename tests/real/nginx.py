"""nginx: one process with a fault on each port. None of these is censorship, and each strikes every answer."""

from __future__ import annotations

import contextlib
import json
import zlib
from collections.abc import Iterator
from pathlib import Path

from tests.real.software import free_ports, need, started

BOMB_BYTES = 200_000_000
SLOW_BYTES = 27_000
SLOW_RATE = 500
"""Bytes a second: 54 s for the whole body."""
ALLOWANCE = 10
"""Requests that the rate limit lets through."""

PAGE_TEXT = "约 3 条结果：朱镕基，喆，䶮"
"""GB2312 has none of 镕, 喆 and 䶮; GBK lacks the last one: it takes GB18030."""
PAGE = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="gb2312"><title>搜索</title></head><body>'
    f'<p class="count">{PAGE_TEXT}</p><ol id="results"><li>一</li><li>二</li><li>三</li></ol></body></html>'
)

FAULTS = {
    "redirect-loop": "location / { return 302 /again?$args; }",
    "redirect-loop-followed": "location / { return 302 /again?$args; }",
    "empty-reply": "location / { return 444; }",
    "slow-body": f"location / {{ rewrite ^ /slow.json break; limit_rate {SLOW_RATE}; }}",
    "bomb": "location / { rewrite ^ /bomb.json break; add_header Content-Encoding gzip; }",
    "too-many": "location / { return 429; }",
    "limited": f"location / {{ limit_req zone=few burst={ALLOWANCE - 1} nodelay; rewrite ^ /results.json break; }}",
    "error-500": "location / { return 500; }",
    "error-502": "location / { proxy_pass http://127.0.0.1:{nobody}; }",
    "error-503": 'location / { add_header Retry-After 1 always; return 503 "busy"; }',
    "served": "location / { rewrite ^ /results.json break; }",
    "gb18030": """location / { rewrite ^ /page.html break; types {} default_type "text/html; charset=gb2312"; }""",
}
"""Name of the endpoint: what its server does. `served` and `gb18030` are no faults, `limited` is one from ALLOWANCE on."""

_HEAD = """
daemon off; master_process off; worker_processes 1; error_log stderr warn; pid nginx.pid;
events {{ worker_connections 256; }}
http {{
    access_log off; default_type application/json; root {folder};
    client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
    limit_req_zone $server_port zone=few:1m rate=1r/m; limit_req_status 429;
    {servers}
}}
"""


@contextlib.contextmanager
def running_nginx(folder: Path) -> Iterator[dict[str, str]]:
    """Each fault's base URL."""
    program = need("nginx", "nginx-light")
    *ports, nobody = free_ports(len(FAULTS) + 1)
    _write_files(folder)
    servers = [
        f"server {{ listen 127.0.0.1:{port}; {fault.replace('{nobody}', str(nobody))} }}"
        for port, fault in zip(ports, FAULTS.values(), strict=True)
    ]
    (folder / "nginx.conf").write_text(_HEAD.format(folder=folder, servers="\n    ".join(servers)))
    command = [program, "-p", str(folder), "-c", "nginx.conf"]
    with started(command, log=folder / "nginx.log", ports=ports):
        yield {name: f"http://127.0.0.1:{port}" for name, port in zip(FAULTS, ports, strict=True)}


def _write_files(folder: Path) -> None:
    """Bodies that hold good results: only the way in which they come is at fault."""
    results = json.dumps({"total": 3, "results": ["one", "two", "three"]})
    (folder / "results.json").write_text(results)
    (folder / "slow.json").write_text(results.ljust(SLOW_BYTES))
    (folder / "page.html").write_bytes(PAGE.encode("gb18030"))
    (folder / "bomb.json").write_bytes(_bomb(results.encode()))


def _bomb(text: bytes) -> bytes:
    """JSON that a careless reader would accept, after BOMB_BYTES of it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    spaces = b" " * 1_000_000
    parts = [packer.compress(text)]
    parts += [packer.compress(spaces) for _ in range(BOMB_BYTES // len(spaces))]
    return b"".join([*parts, packer.flush()])
