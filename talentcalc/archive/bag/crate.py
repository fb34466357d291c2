"""A package's RO-Crate: which software turned which inputs into which outputs.

Process Run Crate 0.5 on RO-Crate 1.1. Every date and id is given, none is made up by the library.
"""

from pathlib import PurePosixPath
from typing import Any

from talentcalc.archive.bag import layout
from talentcalc.messages.catalogue import PAPERS, wording
from talentcalc.messages.message import message
from talentcalc.result.document import canonical
from talentcalc.result.model.result import Result

_PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
_SHA256 = "https://w3id.org/ro/terms/workflow-run#sha256"
_FORMATS = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".lock": "application/toml",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
}
_ROLES = (
    (layout.RUN, "output of the run"),
    (layout.PARAMS, "which audit: the params file"),
    (layout.EVIDENCE, "evidence as submitted"),
    (layout.RULEBOOK, "the rulebook, or the regulation's text"),
    (layout.NOTEBOOK, "the notebook that was run"),
    (layout.SOFTWARE, "the software: lock file and versions"),
    (layout.REDACTION, "what the published package leaves out"),
)


def crate_of(result: Result, files: dict[str, tuple[str, int]], versions: dict[str, Any]) -> bytes:
    """The metadata file of a package with these files: path to (sha256, size in bytes)."""
    from rocrate.model.contextentity import ContextEntity
    from rocrate.rocrate import ROCrate

    crate = ROCrate(version="1.1")
    review = result.review
    crate.metadata.extra_terms.update({"sha256": _SHA256})
    crate.datePublished = str(review.dated)
    crate.name = wording(message("archive.crate", subject=result.subject, audit=result.audit), PAPERS)
    crate.description = wording(message("archive.crate_of", regulation=result.regulation.title), PAPERS)
    crate.license = wording(
        message("archive.use_of_public_copy") if result.redacted else message("archive.use_as_commissioned"),
        PAPERS,
    )

    def described(identifier: str, **properties: Any) -> Any:
        return crate.add(ContextEntity(crate, identifier, properties=properties))

    profile = described(_PROFILE, **{"@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"})
    agency = described("#agency", **{"@type": "Organization", "name": review.agency})
    python = described(
        "#python",
        **{"@type": "SoftwareApplication", "name": "Python", "softwareVersion": versions["python"]}
        | {"url": "https://www.python.org/"},
    )
    entities = {}
    for path, (sha256, size) in sorted(files.items()):
        about: dict[str, Any] = {"name": path, "sha256": sha256, "contentSize": str(size)}
        if kind := _FORMATS.get(PurePosixPath(path).suffix.lower()):
            about["encodingFormat"] = kind
        if path.startswith(layout.NOTEBOOK):
            about["@type"] = ["File", "SoftwareSourceCode"]
        about["description"] = next(text for prefix, text in _ROLES if path.startswith(prefix))
        entities[path] = crate.add_file(dest_path=path, properties=about)  # rocrate makes it a URL
    notebook = next(entity for path, entity in entities.items() if path.startswith(layout.NOTEBOOK))
    software = described(
        "#talentcalc",
        **{
            "@type": "SoftwareApplication",
            "name": "talentcalc",
            "softwareVersion": result.provenance.talentcalc,
            "url": "https://pypi.org/project/talentcalc/",
        },
    )
    software["softwareRequirements"] = [python, entities[layout.LOCK_FILE], entities[layout.VERSIONS]]
    software["hasPart"] = [notebook]
    action = described(
        "#run", **{"@type": "CreateAction", "name": f"talentcalc run {result.provenance.params_file}"}
    )
    inputs = (layout.PARAMS, layout.EVIDENCE, layout.RULEBOOK, layout.NOTEBOOK, layout.REDACTION)
    action["instrument"] = software
    action["agent"] = agency
    action["endTime"] = str(review.dated)
    action["object"] = [entity for path, entity in entities.items() if path.startswith(inputs)]
    action["result"] = [entity for path, entity in entities.items() if path.startswith(layout.RUN)]
    crate.root_dataset["conformsTo"] = profile
    crate.root_dataset["mentions"] = action
    crate.root_dataset["author"] = agency
    return canonical(_in_order(crate.metadata.generate()))


def _in_order(metadata: dict[str, Any]) -> dict[str, Any]:
    return metadata | {"@graph": sorted(metadata["@graph"], key=lambda entity: str(entity["@id"]))}
