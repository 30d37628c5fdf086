"""Every fault in words: for a row, for a file that is refused, and for a map."""

from collections.abc import Sequence

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

ROW_FAULTS: dict[str, LazyString] = {
    "cells": _l("The row has too few or too many cells."),
    "code_taken": _l("Another organisation has this code already."),
    "element_twice": _l("An element stands twice in this pupil, and nobody can say which holds."),
    "encoding": _l("The row holds bytes that are not in the encoding of the file."),
    "ends_before_start": _l("The end lies before the start."),
    "ends_in_future": _l("The end lies in the future."),
    "header_again": _l("The row repeats the header."),
    "long_cell": _l("A cell is far too long."),
    "missing": _l("Nothing stands here, and something must."),
    "no_child": _l("This source has not reported a child with this number. Import children first."),
    "no_organisation": _l("The directory has no organisation with this code. Import it first."),
    "no_practitioner": _l(
        "The directory has no practitioner with this address. Import practitioners first."
    ),
    "not_a_code": _l("This is not a code of an organisation."),
    "not_a_date": _l("This is not a date. Write it like 2019-05-31."),
    "not_a_name": _l(
        "This is not a name: letters, hyphens, apostrophes and full stops are allowed."
    ),
    "not_a_phone": _l("This is not a telephone number."),
    "not_a_postcode": _l("This is not a full UK postcode."),
    "not_a_title": _l("This is not the title of a post, or it is longer than 80 characters."),
    "not_a_upn": _l("This is not a unique pupil number, or its check letter is wrong."),
    "not_an_address": _l("This is not an address, or it is longer than 200 characters."),
    "not_an_email": _l("This is not a work email address."),
    "not_an_id": _l("This is not a number that a source gives to a child."),
    "not_an_nhs_number": _l("This is not an NHS number, or one of its digits is wrong."),
    "not_born_yet": _l("The date of birth lies in the future."),
    "not_that_date": _l("This is not a date in the format that the map names."),
    "not_yes_or_no": _l("Write true or false."),
    "nul": _l("The row holds a NUL character."),
    "person_named": _l("Another row of the file names the person for this. That one says more."),
    "quotes": _l("The quotation marks of the row are broken."),
    "refused_by_index": _l("The index could not keep this row."),
    "sensitive": _l(
        "Sexual health, mental health and substance misuse services are not taken from files: a "
        "file carries no consent. Whoever works there records it in the portal, in confidence."
    ),
    "starts_before_birth": _l("The start lies before the birth of the child."),
    "starts_in_future": _l("The start lies in the future."),
    "too_old": _l("Nobody over 25 is kept in the index."),
    "twice": _l("An earlier row of the file is about the same."),
    "unknown_word": _l("This word is not known."),
}
FILE_FAULTS: dict[str, LazyString] = {
    "births_changed": _l(
        "Too many dates of birth are others than this source said before. Are day and month "
        "exchanged? If the file is right, the setting identity_change says how many may change."
    ),
    "cannot_open": _l("The file cannot be opened. Check its name, and that you may read it."),
    "cannot_read": _l("The file cannot be read on from here."),
    "changed_meanwhile": _l(
        "The file changed while it was read. Run the command again when it is complete."
    ),
    "column_twice": _l("A column stands twice in the header."),
    "day_in_name": _l(
        "The day at the end of its name must be a real one, today or in the past: "
        "export_2026-11-20.csv"
    ),
    "ctf_head": _l(
        "The header of the file does not say which version it is, or says something twice."
    ),
    "ctf_school": _l(
        "The header does not name the school that wrote the file by three digits of the local "
        "authority (LEA) and four of the school (Estab)."
    ),
    "ctf_version": _l("The file is older than version 17 of the Common Transfer File."),
    "cut_off": _l("The last row is cut off: the file is not complete. Ask for it again."),
    "empty": _l("The file is empty."),
    "header": _l("The header is not the one for this kind of file."),
    "long_line": _l("The line is longer than a million characters."),
    "long_row": _l(
        "The row that begins here goes on for more than a million characters: a quotation mark is "
        "probably never closed."
    ),
    "many_lines": _l("The file has more than forty million lines."),
    "not_ctf": _l("This is not a Common Transfer File: it does not begin with the element CTfile."),
    "not_xml": _l("The file is not well-formed XML from here on."),
    "not_a_table": _l("The file is not a table in CSV."),
    "numbers_reused": _l(
        "Too many of its numbers mean other children than before. Was the table sorted by one "
        "column alone, or is it from another source? A system that numbers children anew is a new "
        "source. If the file is right, the setting identity_change says how many may."
    ),
    "old_line_ends": _l(
        "The lines end with a carriage return alone, as old Macintosh programs write them. Save it "
        "as CSV in UTF-8."
    ),
    "open_quote": _l("A quotation mark that opens here is never closed."),
    "packed_bomb": _l(
        "The archive grows to more than a hundred times its size. It was not unpacked any further."
    ),
    "packed_damaged": _l("The archive is damaged or cut off. Ask for the file again."),
    "packed_locked": _l("The archive is locked with a passphrase. Unpack it first."),
    "packed_many": _l("An archive must hold one file, and this one holds several or none."),
    "packed_twice": _l(
        "The archive holds another archive, or a spreadsheet. Pack the file itself."
    ),
    "packed_unknown": _l("The file is packed in another way than zip or gzip. Unpack it first."),
    "people_exchanged": _l(
        "Too many of its addresses belong to other people than before. Was the table sorted by one "
        "column alone? If the file is right, the setting identity_change says how many may."
    ),
    "phones_exchanged": _l(
        "Too many would get a telephone number that was somebody else's. Was the table sorted by "
        "one column alone? If the file is right, the setting identity_change says how many may."
    ),
    "spreadsheet": _l("The file is a spreadsheet. Save it as CSV first."),
    "too_large": _l("The file is larger than 2 GB, or becomes larger when it is unpacked."),
    "too_many_close": _l(
        "Too many organisations that are open would be closed, and their people could no longer "
        "sign in. If the file is right, the setting full_file_drop says how many may."
    ),
    "too_wide": _l("The header has more than a thousand columns."),
    "unknown_columns": _l("The header has columns that are not known. Nothing else may be sent."),
    "utf16": _l(
        "The file is in UTF-16 without the mark at its beginning that says so. Save it as CSV in "
        "UTF-8."
    ),
    "utf32": _l("The file is in UTF-32. Save it as CSV in UTF-8."),
    "width": _l("The rows do not have the 27 columns of this register."),
    "xml_cut_off": _l(
        "The file ends before all of its elements are closed: it is not complete. Ask for it again."
    ),
    "xml_dtd": _l("The file declares a document type or an entity. Such files are not read."),
    "xml_encoding": _l(
        "The file is not in the encoding that it names, or in UTF-8 if it names none."
    ),
    "xml_large": _l(
        "The file has more or deeper elements, more names or longer texts here than any such file."
    ),
    "xml_long": _l("A tag or a comment goes on for more than a million characters."),
    "xml_unknown_encoding": _l(
        "The file names an encoding that is not read here. UTF-8, UTF-16 and Windows-1252 are."
    ),
}
MAP_FAULTS: dict[str, LazyString] = {
    "column_twice": _l("This column is taken from the file already: it cannot be constant too."),
    "missing": _l("The map must say where this column stands."),
    "not_a_name": _l("This must be the name of a column, or a word, and it is empty or too long."),
    "not_a_section": _l("This must be a section, with its name in square brackets."),
    "not_constant": _l("This cannot be the same in every row."),
    "not_joined": _l("This stands in one column. Only names and addresses are put together."),
    "not_ours": _l("This is not one of the words that the column takes."),
    "not_text": _l("This must be a text in quotation marks."),
    "not_toml": _l("This is not TOML."),
    "not_utf8": _l("The map is not in UTF-8."),
    "not_words": _l(
        "Words are translated for gender, service, tier, role_title, is_lead and "
        "has_early_help_assessment, where the map takes them from the file."
    ),
    "sensitive": _l(
        "A word for a sexual health, mental health or substance misuse service is not translated."
    ),
    "too_large": _l("The map is larger than 32 KB."),
    "twice": _l("The map says this twice."),
    "unknown_column": _l("This is not one of our columns for this kind of file."),
    "unknown_dates": _l("This is not one of the formats of dates that are known."),
    "unknown_section": _l("A map holds columns, dates, words and constant, and nothing else."),
    "word_twice": _l("This word stands here already; capitals and blanks do not count."),
}


def file_sentences(fault: str, *, line: int = 0, columns: Sequence[str] = ()) -> list[str]:
    """Say where and why a file is refused; columns are ours, or those that a map names."""
    said = [str(FILE_FAULTS[fault])]
    if columns and fault == "header":
        said.append(_("Missing: %(names)s.", names=", ".join(columns)))
    elif columns:
        said.append(_("Columns: %(names)s.", names=", ".join(columns)))
    if line:
        said.insert(0, _("Line %(line)d:", line=line))
    if fault != "changed_meanwhile":
        said.append(_("Nothing was changed."))
    return said


def map_sentences(fault: str, *, line: int = 0, key: str = "") -> list[str]:
    """Say where and why a map is refused; key is as long as can be shown."""
    said = [str(MAP_FAULTS[fault]), _("Nothing was changed.")]
    if line:
        said.insert(0, _("Line %(line)d:", line=line))
    if key:
        said.insert(0, f"{key}:")
    return said
