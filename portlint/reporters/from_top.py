"""The report as seen from the top of the checkout: where a forge looks for files, also when a folder was scanned."""

from __future__ import annotations

from msgspec.structs import replace

from portlint.model.finding import Finding
from portlint.model.report import Report
from portlint.reporters import RenderOptions


def from_top(report: Report, options: RenderOptions) -> tuple[Report, RenderOptions]:
    """Paths of findings, files and manifests with the prefix; `read` takes them. Other paths stay: they are names."""
    prefix = options.prefix
    if not prefix:
        return report, options

    def path(inside: str) -> str:
        return prefix.rstrip("/") if inside == "." else prefix + inside

    def moved(finding: Finding) -> Finding:
        return replace(finding, location=replace(finding.location, path=path(finding.location.path)))

    def read(whole: str) -> bytes | None:
        return options.read(whole.removeprefix(prefix)) if whole.startswith(prefix) else None

    seen = replace(
        report,
        files=tuple(replace(file, path=path(file.path)) for file in report.files),
        dependencies=tuple(replace(edge, path=path(edge.path)) for edge in report.dependencies),
        targets=tuple(
            replace(target, findings=tuple(moved(finding) for finding in target.findings)) for target in report.targets
        ),
    )
    return seen, replace(options, prefix="", read=read)
