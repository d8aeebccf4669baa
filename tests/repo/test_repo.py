"""The repository's own rules, checked on its text: no Odoo, no database.

Each test looks at whatever exists and names every offence, so an addon is held to the rules from its first file on.
"""

import ast
import re
import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[2]
MANIFESTS = sorted(ROOT.glob("*/__manifest__.py"))
ADDONS = [path.parent for path in MANIFESTS]
# Left empty in the translations, as OCA's check wants words that do not change.
SAME_IN_INDONESIAN = {
    *("360", "365", "*** BATAL ***", "PIN", "WhatsApp"),
    *("Administrator", "BATAL", "Debit", "ID", "Internal", "Koperasi", "Memorial", "Menu", "NIK", "No."),
    *("Bank", "Dasawisma", "Dasawisma Melati 1", "Kelurahan, Kecamatan", "NIB", "NPWP", "RT / RW", "Total Debit"),
    *("PDF", "XLSX", "Permenkop UKM 8/2023", "RT", "RW", "RW / RT", "/ RT", ", RW", "Slip", "Telp.", "SHU"),
    *("Rp 1", "Rp 100", "Rp 500", "Rp 1.000"),
}
POSTING = "koperasi_simpan_pinjam/models/posting.py"
CREATOR = "koperasi_simpan_pinjam/models/account_move.py"


def has_words(entry):
    """Whether a term needs a translation: it is more than marks, the name of a file, or a word that stays."""
    is_file_name = any(
        place.startswith("model:ir.actions.report,print_report_name") for place, _line in entry.occurrences
    )
    return (
        entry.msgid not in SAME_IN_INDONESIAN
        and not is_file_name
        and re.search("[a-z]", re.sub("<[^>]*>", "", entry.msgid), re.I)
    )


def name(path):
    return path.relative_to(ROOT).as_posix()


def listing(offences):
    return "\n" + "\n".join(offences)


def manifest(path):
    return ast.literal_eval(path.read_text(encoding="utf-8"))


def code(addon, *folders):
    """(path, syntax tree) of an addon's Python files, its tests left out."""
    for folder in folders or ("",):
        for path in sorted((addon / folder).rglob("*.py")):
            if "tests" not in path.relative_to(addon).parts:
                yield path, ast.parse(path.read_text(encoding="utf-8"))


def test_manifests():
    offences = []
    for path in MANIFESTS:
        data = manifest(path)
        if not re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", data.get("version", "")):
            offences.append(f"{name(path)}: version {data.get('version')!r} is not 19.0.x.y.z")
        if data.get("license") != "AGPL-3":
            offences.append(f"{name(path)}: licence {data.get('license')!r} is not AGPL-3")
        for file in [*data.get("data", []), *data.get("demo", [])]:
            if not (path.parent / file).is_file():
                offences.append(f"{name(path)}: {file} does not exist")
    assert not offences, listing(offences)


def test_addons_depend_one_way():
    allowed = {"koperasi_simpan_pinjam": set(), "koperasi_shu": {"koperasi_simpan_pinjam"}}
    allowed["koperasi_produksi"] = {"koperasi_simpan_pinjam"}
    ours = {path.name for path in ADDONS}
    offences = [
        f"{path.parent.name} depends on {other}"
        for path in MANIFESTS
        for other in ours.intersection(manifest(path)["depends"]) - allowed.get(path.parent.name, ours)
    ]
    assert not offences, listing(offences)


def declared_models(tree):
    """Names of the models that need an access row: new ones, stored or transient."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        bases = {base.attr for base in node.bases if isinstance(base, ast.Attribute)}
        if not bases & {"Model", "TransientModel"}:
            continue
        values = {}
        for statement in node.body:
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                try:
                    values[statement.targets[0].id] = ast.literal_eval(statement.value)
                except ValueError:
                    continue
        inherited = values.get("_inherit", [])
        inherited = [inherited] if isinstance(inherited, str) else inherited
        if values.get("_name") and values["_name"] not in inherited:
            yield values["_name"]


def test_every_model_has_an_access_row():
    offences = []
    for addon in ADDONS:
        file = addon / "security" / "ir.model.access.csv"
        rows = file.read_text(encoding="utf-8") if file.is_file() else ""
        for path, tree in code(addon, "models", "wizards", "reports"):
            for model in declared_models(tree):
                if not re.search(r"\bmodel_%s\b" % model.replace(".", "_"), rows):
                    offences.append(f"{name(path)}: {model} has no row in {name(file)}")
    assert not offences, listing(offences)


def test_kernels_import_nothing_but_the_standard_library_and_kernels():
    offences = []
    for kernel in sorted(ROOT.glob("koperasi_*/kernel")):
        for path, tree in code(kernel):
            for node in ast.walk(tree):
                modules = []
                if isinstance(node, ast.Import):
                    modules = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    if node.level > len(path.relative_to(kernel).parts):
                        offences.append(f"{name(path)}:{node.lineno}: imports from outside the kernel")
                    modules = [node.module] if not node.level else []
                for module in modules:
                    pure = module.split(".")[0] in sys.stdlib_module_names
                    if not pure and not re.fullmatch(r"odoo\.addons\.koperasi_\w+\.kernel(\.\w+)*", module):
                        offences.append(f"{name(path)}:{node.lineno}: imports {module}")
    assert not offences, listing(offences)


def test_kernels_read_no_clock():
    clock = {"today", "now", "utcnow", "time", "monotonic"}
    offences = [
        f"{name(path)}:{node.lineno}: calls {node.func.attr}()"
        for kernel in sorted(ROOT.glob("koperasi_*/kernel"))
        for path, tree in code(kernel)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in clock
    ]
    assert not offences, listing(offences)


def is_moves(node, names):
    """Whether an expression is env["account.move"], or comes from it by calls such as sudo()."""
    while isinstance(node, (ast.Call, ast.Attribute)):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Name):
        return node.id in names
    if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Constant):
        return False
    environment = getattr(node.value, "attr", getattr(node.value, "id", None))
    return environment == "env" and node.slice.value == "account.move"


def move_makers(tree):
    """Calls that create, post or reverse journal entries: (line, what)."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and is_moves(node.value, names):
            names.add(node.targets[0].id)
    makers = {"create", "copy", "action_post", "_post", "_reverse_moves"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "_koperasi_create":
                yield node.lineno, "_koperasi_create()"
            elif node.func.attr in makers and is_moves(node.func.value, names):
                yield node.lineno, f'env["account.move"] ... {node.func.attr}()'


def test_only_the_posting_makes_journal_entries():
    offences = [
        f"{name(path)}:{line}: {what}"
        for addon in ADDONS
        for path, tree in code(addon)
        for line, what in move_makers(tree)
        if name(path) not in (POSTING, CREATOR)
    ]
    assert not offences, listing(offences)


def test_the_check_for_journal_entries_finds_them():
    source = (
        "self.env['account.move'].create({})\n"
        "env['account.move'].sudo().with_context(a=1).create({})\n"
        "moves = self.env['account.move'].sudo()\n"
        "moves.create({})\n"
        "moves.search([])._post(soft=False)\n"
        "self.env['account.move']._koperasi_create({})\n"
        "self.env['account.move'].search([])\n"
        "self.env['koperasi.member'].create({})\n"
    )
    assert [line for line, _what in move_makers(ast.parse(source))] == [1, 2, 4, 5, 6]


def test_translations_are_complete():
    offences = []
    for addon in ADDONS:
        template, indonesian = addon / "i18n" / f"{addon.name}.pot", addon / "i18n" / "id.po"
        missing = [name(path) for path in (template, indonesian) if not path.is_file()]
        if missing:
            offences += [f"{path} does not exist" for path in missing]
            continue
        translated = polib.pofile(str(indonesian))
        offences += [f"{name(indonesian)}: fuzzy: {entry.msgid!r}" for entry in translated.fuzzy_entries()]
        empty = [entry for entry in translated.untranslated_entries() if has_words(entry)]
        offences += [f"{name(indonesian)}: untranslated: {entry.msgid!r}" for entry in empty]
        known = {entry.msgid for entry in translated if not entry.obsolete}
        terms = {entry.msgid for entry in polib.pofile(str(template))}
        offences += [f"{name(indonesian)}: lacks {term!r}" for term in sorted(terms - known)]
        offences += [f"{name(indonesian)}: {term!r} is not in the template" for term in sorted(known - terms)]
    assert not offences, listing(offences)


def test_no_text_names_a_path_of_somebodys_machine():
    texts = {".py", ".xml", ".csv", ".po", ".pot", ".md", ".rst", ".js", ".scss", ".css", ".txt", ".cfg", ".yaml"}
    pattern = re.compile(r"(?<![\w.])/(work|tmp|home/\w+|root)/")
    offences = [
        f"{name(path)}:{number}: {line.strip()[:80]}"
        for folder in [*ADDONS, ROOT / "docs"]
        for path in sorted(folder.rglob("*"))
        if path.suffix in texts and path.is_file()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert not offences, listing(offences)
