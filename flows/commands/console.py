"""Where commands print: results to standard output, everything else to standard error."""

from rich.console import Console

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def complain(message: str) -> None:
    """Prints an error as one paragraph."""
    err.print(f"wiredesk: {' '.join(message.split())}", markup=False, soft_wrap=True)
