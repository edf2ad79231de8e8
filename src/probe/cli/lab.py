"""`probe lab`: the practice platform, until stopped."""

from __future__ import annotations

import click


@click.command("lab")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8765, show_default=True, help="Port on 127.0.0.1."
)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Of the noise: the same seed, the same noise."
)
def command(port: int, seed: int) -> None:
    """Run the practice platform on this machine until Ctrl-C. Nobody else can reach it.

    \b
    Example, in two terminals:
      probe lab
      probe run -k rumor -e lab-notice -e lab-wall
    """
    import asyncio

    asyncio.run(_serve(port, seed))


async def _serve(port: int, seed: int) -> None:
    import asyncio
    import signal

    from probe.errors import CouldNotRun
    from probe.inputs.endpoints import builtin_endpoints
    from probe.lab.server import Lab

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    lab = Lab(seed=seed)
    try:
        base = await lab.start(port=port)
    except OSError as error:
        raise CouldNotRun(
            f"cannot listen on 127.0.0.1:{port}: {error.strerror}", hint="Another port: probe lab --port 8766"
        ) from None
    names = [name for name in builtin_endpoints() if name.startswith("lab-")]
    click.echo(f"The practice platform listens on {base} (a page there explains it). Ctrl-C stops it.")
    click.echo(f"Endpoints: {', '.join(names)}")
    if port != 8765:
        click.echo(f"Tell them the port: probe run 谣言 -e lab-notice --set base={base}")
    try:
        await stop.wait()
    finally:
        await lab.stop()
