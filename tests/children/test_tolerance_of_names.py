"""A child is found however its name was typed, and nobody else is: clause by clause.

A small town among a few hundred others, in a real index. Only what a search page relies on is used:
a description goes in, the children who would be shown come out.
"""

import pytest

from portal.matching import year_window
from tests.children.small_town import SmallTown, born, on_both

# What is typed: given names, family name. Each is tried with the day of birth and with the year.
NAMES_SHOWN = [
    ("two errors", "eleanor", "Elaenro", "Fothringam"),
    ("two errors", "eleanor", "Eleanro", "Fotheringgam"),
    ("two errors", "harpreet", "Harrpeet", "Dhaliwla"),
    ("heard, irish", "siobhan", "Shivawn", "Galaher"),
    ("heard, welsh", "llewellyn", "Clewelin", "Prichard"),
    ("heard, welsh", "dafydd", "Davith", "Griffith"),
    ("heard, polish", "wojciech", "Voychek", "Vishnevski"),
    ("heard, polish", "malgorzata", "Malgozhata", "Schepanska"),
    ("heard, south asian", "muhammad", "Mohamed", "Chowdry"),
    ("heard, south asian", "harpreet", "Harprit", "Daliwal"),
    ("heard, arabic", "khadija", "Hadija", "Hasan"),
    ("heard, arabic", "uthman", "Usman", "Ramazan"),
    ("heard, somali", "maxamed", "Mohamed", "Abdirahman"),
    ("heard, somali", "caasha", "Aisha", "Farah"),
    ("heard, west african", "oluwaseun", "Oluwashayun", "Adebaio"),
    ("heard, west african", "fatoumata", "Fatumata", "Jallow"),
    ("heard, vietnamese", "nguyen", "Mai", "Nwin"),
    ("swapped", "eleanor", "Fotheringham", "Eleanor"),
    ("swapped", "wojciech", "Wisniewski", "Wojciech"),
    ("swapped", "khadija", "Al Hassan", "Khadijah"),
    ("nickname", "eleanor", "Nell", "Fotheringham"),
    ("nickname", "dafydd", "Dai", "Gruffydd"),
    ("nickname", "muhammad", "Mo", "Choudhury"),
    ("nickname", "malgorzata", "Gosia", "Szczepanska"),
    ("nickname", "aleksandra", "Ola", "Kowalczyk"),
    ("nickname", "oluwaseun", "Seun", "Adebayo"),
    ("nickname", "harpreet", "Harry", "Dhaliwal"),
    ("nickname", "gwenllian", "Gwen", "Ellis"),
    ("nickname", "abdirahman", "Abdi", "Warsame"),
    ("nickname", "digit", "Barney", "Fairweather"),
    ("initial", "eleanor", "E", "Fotheringham"),
    ("initial", "eleanor", "Eleanor", "F"),
    ("initial", "initial", "Josephine", "Wetherby"),
    ("initial", "middle", "Theodora W.", "Applegarth"),
    ("double name", "double", "Rosalind", "Cavendish"),
    ("double name", "double", "Rosalind", "Okafor"),
    ("double name", "double", "Rosalind", "Okafor-Cavendish"),
    ("double name", "double", "Rosalind", "Cavendish Okafor"),
    ("double name", "double", "Rosalind", "Cavendishokafor"),
    ("double name", "annemarie", "Annemarie", "Thistlewood"),
    ("double name", "annemarie", "Marie Anne", "Thistlewood"),
    ("double name", "annemarie", "Marie", "Thistlewood"),
    ("double name", "joined", "Mary Beth", "Ravenscroft"),
    ("double name", "joined", "Mary-Beth", "Ravens-Croft"),
    ("double name", "middle", "Wilhelmina", "Applegarth"),
    ("particle", "khadija", "Khadija", "Hassan"),
    ("particle", "khadija", "Khadija", "Alhassan"),
    ("particle", "khadija", "Khadija", "El Hassan"),
    ("particle", "bin", "Yusuf", "Laith"),
    ("particle", "bin", "Yusuf", "ibn Laith"),
    ("particle", "bin", "Yusuf", "Binlaith"),
    ("particle", "van", "Pieter", "Heijden"),
    ("particle", "van", "Pieter", "Vanderheijden"),
    ("particle", "van", "Pieter", "von Heijden"),
    ("particle", "obrien", "Cormac", "O Shaughnessy"),
    ("particle", "obrien", "Cormac", "OShaughnessy"),
    ("particle", "obrien", "Cormac", "Ó Shaughnessy"),
    ("particle", "obrien", "Cormac", "Shaughnessy"),
    ("particle", "mac", "Fergus", "Mc Allister"),
    ("particle", "mac", "Fergus", "McAlister"),
    ("particle", "mac", "Fergus", "Mac Allister"),
    ("particle", "ap", "Emrys", "Tudur"),
    ("particle", "ap", "Emrys", "Aptudur"),
    ("particle", "ni", "Sorcha", "Dhomhnaill"),
    ("particle", "ni", "Sorcha", "Ni Dhomhnaill"),
    ("particle", "desouza", "Beatriz", "Sousa"),
    ("particle", "desouza", "Beatriz", "D'Souza"),
    ("one name", "one_name", "Zainabu", ""),
    ("one name", "one_name", "", "Zainabu"),
    ("one name", "one_name", "Zainabu", "Zainabu"),
    ("one name", "one_family", "Tenzin", ""),
    ("former name", "former", "Juniper", "Haversham"),
    ("former name", "former", "Marigold", "Blackwood"),
    ("former name", "former", "Marigold", "Haversham"),
    ("accents", "zoe", "Zoe", "Muller"),
    ("accents", "zoe", "Zoe\u0308 Rene\u0301e", "Mu\u0308ller"),
    ("accents", "zoe", "ZOË", "MÜLLER"),
    ("accents", "zoe", "Zoe", "Mueller"),
    ("accents", "siobhan", "Siobhan", "Gallagher"),
    ("accents", "wojciech", "Wojciech", "Wisniewski"),
    ("accents", "obrien", "Cormac", "O`Shaughnessy"),
    ("accents", "obrien", "Cormac", "Oʼshaughnessy"),
    ("placeholder", "baby", "Infant", "Ravindran"),
    ("placeholder", "baby", "Lakshana", "Ravindran"),
    ("placeholder", "baby", "", "Ravindran"),
    ("placeholder", "infant", "Baby Boy", "Quartey"),
    ("placeholder", "infant", "Unknown", "Quartey"),
]

# Typed with the year of birth: somebody else is meant.
NAMES_NOT_SHOWN = [
    ("two errors", "eleanor", "Elsa", "Fothergill"),
    ("two errors", "eleanor", "Leonora", "Farnham"),
    ("heard, irish", "siobhan", "Simon", "Galloway"),
    ("heard, welsh", "llewellyn", "Lowri", "Parsons"),
    ("heard, welsh", "dafydd", "Daniel", "Griggs"),
    ("heard, polish", "wojciech", "Wanda", "Wasilewski"),
    ("heard, south asian", "khan", "Imran", "Kane"),
    ("heard, south asian", "muhammad", "Mahnoor", "Chaudhuri"),
    ("heard, arabic", "uthman", "Othello", "Rahmani"),
    ("heard, somali", "caasha", "Canab", "Faarax"),
    ("heard, west african", "fatoumata", "Fanta", "Diop"),
    ("heard, vietnamese", "nguyen", "Linh", "Nugent"),
    ("swapped", "eleanor", "Fotheringham", "Bartholomew"),
    ("nickname", "muhammad", "Ed", "Choudhury"),
    ("nickname", "aleksandra", "Ania", "Kowalczyk"),
    ("nickname", "gwenllian", "Gareth", "Ellis"),
    ("initial", "eleanor", "B", "Fotheringham"),
    ("initial", "initial", "Katherine", "Wetherby"),
    ("double name", "double", "Rosalind", "Cavanagh"),
    ("double name", "annemarie", "Philippa", "Thistlewood"),
    ("particle", "bin", "Yusuf", "bin Qasim"),
    ("particle", "van", "Pieter", "van der Merwe"),
    ("particle", "mac", "Fergus", "MacGregor"),
    ("one name", "one_name", "Penelope", ""),
    ("former name", "former", "Clementine", "Haversham"),
    ("accents", "zoe", "Noor", "Mallory"),
    ("placeholder", "baby", "Baby", "Quartermaine"),
    ("placeholder", "infant", "Male Infant of Amina Khan", "Abernathy"),
]


@pytest.mark.parametrize(
    ("small_town", "clause", "key", "given_names", "family_name"),
    on_both(NAMES_SHOWN),
    indirect=["small_town"],
)
def test_a_name_typed_so_shows_the_child(
    small_town: SmallTown, clause: str, key: str, given_names: str, family_name: str
) -> None:
    by_day = small_town.shown(given_names, family_name, born(key))
    assert by_day[:1] == [key], clause
    by_year = small_town.shown(given_names, family_name, year_window(born(key).year))
    assert key in by_year, clause


@pytest.mark.parametrize(
    ("small_town", "clause", "key", "given_names", "family_name"),
    on_both(NAMES_NOT_SHOWN),
    indirect=["small_town"],
)
def test_another_name_does_not_show_the_child(
    small_town: SmallTown, clause: str, key: str, given_names: str, family_name: str
) -> None:
    year = year_window(born(key).year)
    assert key not in small_town.shown(given_names, family_name, year), clause


def test_every_clause_of_names_is_tried_both_ways() -> None:
    shown = {clause for clause, *_ in NAMES_SHOWN}
    refused = {clause for clause, *_ in NAMES_NOT_SHOWN}
    assert shown == refused


def test_a_placeholder_weighs_nothing(small_town: SmallTown) -> None:
    """A child without a name is neither nearer to nor farther from any name that is typed."""
    evidence = {
        small_town.find(typed, "Ravindran", birth=born("baby")).candidates[0].evidence
        for typed in (
            "",
            "Baby",
            "Infant",
            "Unknown",
            "Baby Girl",
            "Male Infant of Anita",
            "Twin 1",
        )
    }
    assert len(evidence) == 1
