"""The part of SARIF 2.1.0 that GitHub code scanning reads, as records. An absent property is not written."""

from __future__ import annotations

from typing import Literal

import msgspec

SarifLevel = Literal["error", "warning", "note"]


class Record(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A SARIF object: camelCase names, defaults left out."""


class Message(Record, frozen=True):
    text: str
    markdown: str | None = None


class ArtifactLocation(Record, frozen=True):
    uri: str
    uri_base_id: str


class Region(Record, frozen=True):
    """1-based; `end_column` is one past the last. One line only: GitHub annotates a line when all of it changed."""

    start_line: int
    start_column: int
    end_line: int
    end_column: int


class PhysicalLocation(Record, frozen=True):
    artifact_location: ArtifactLocation
    region: Region


class LogicalLocation(Record, frozen=True):
    fully_qualified_name: str
    kind: str


class PlaceInFile(Record, frozen=True):
    """SARIF's `location`."""

    physical_location: PhysicalLocation
    id: int | None = None
    logical_locations: tuple[LogicalLocation, ...] = ()
    message: Message | None = None


class ResultProperties(Record, frozen=True):
    capability: str
    level: str
    confidence: str
    blocker: bool
    component: str
    count: int


class Result(Record, frozen=True):
    rule_id: str
    rule_index: int
    level: SarifLevel
    message: Message
    locations: tuple[PlaceInFile, ...]
    partial_fingerprints: dict[str, str]
    related_locations: tuple[PlaceInFile, ...] = ()
    properties: ResultProperties | None = None


class Configuration(Record, frozen=True):
    """`level` has no default here: SARIF's own is `warning`, and GitHub wants it said."""

    level: SarifLevel


class RuleProperties(msgspec.Struct, frozen=True):
    tags: tuple[str, ...]
    precision: str
    problem_severity: str = msgspec.field(name="problem.severity")


class ReportingDescriptor(Record, frozen=True):
    """SARIF's record of a rule."""

    id: str
    name: str
    short_description: Message
    full_description: Message
    help: Message
    default_configuration: Configuration
    properties: RuleProperties
    help_uri: str | None = None


class Driver(Record, frozen=True):
    name: str
    semantic_version: str
    rules: tuple[ReportingDescriptor, ...]
    information_uri: str | None = None


class Tool(Record, frozen=True):
    driver: Driver


class AutomationDetails(Record, frozen=True):
    id: str
    description: Message


class UriBase(Record, frozen=True):
    """SARIF's artifactLocation as a base: described, without a uri, so that no path of this machine leaks."""

    description: Message


class Notification(Record, frozen=True):
    level: SarifLevel
    message: Message


class Invocation(Record, frozen=True):
    execution_successful: bool
    tool_execution_notifications: tuple[Notification, ...] = ()


class Run(Record, frozen=True):
    """`results` has no default: a run without results is how GitHub closes yesterday's alerts."""

    tool: Tool
    automation_details: AutomationDetails
    original_uri_base_ids: dict[str, UriBase]
    invocations: tuple[Invocation, ...]
    column_kind: Literal["utf16CodeUnits"]
    results: tuple[Result, ...]
    properties: dict[str, object]


class Log(Record, frozen=True):
    schema: str = msgspec.field(name="$schema")
    version: Literal["2.1.0"]
    runs: tuple[Run, ...]
