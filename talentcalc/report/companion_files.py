"""The files beside a report, each a view of the result: the check record, the papers, the public page."""

from talentcalc.report.letters.files import letter_files
from talentcalc.report.paper_list import paper_list_pdf
from talentcalc.report.public_page import public_files
from talentcalc.report.workbook.book import scorecard_workbook
from talentcalc.result.document import canonical, checks_record
from talentcalc.result.model.result import Result


def companion_files(result: Result) -> dict[str, bytes]:
    """The companion files of a result, by file name."""
    papers, workbook = paper_list_pdf(result), scorecard_workbook(result)
    return {
        "checks.json": canonical(checks_record(result)),
        **public_files(result),
        **({"paper-proofs.pdf": papers} if papers else {}),
        **({"scorecard.xlsx": workbook} if workbook else {}),
        **letter_files(result),
    }
