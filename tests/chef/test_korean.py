"""Particles follow the sound of whatever a swap puts before them."""

import pytest

from aichef.chef.korean import listed, listed_en, with_particle


@pytest.mark.parametrize(
    ("word", "particle", "said"),
    [
        ("두부", "을", "두부를"),
        ("콩나물", "을", "콩나물을"),
        ("쌀", "으로", "쌀로"),
        ("밥", "으로", "밥으로"),
        ("우유", "으로", "우유로"),
        ("달걀", "이", "달걀이"),
        ("참치캔(물)", "을", "참치캔(물)을"),
        ("닭다리살", "과", "닭다리살과"),
        ("오이", "와", "오이와"),
        ("2큰술", "을", "2큰술을"),
        ("150g", "을", "150g을"),
        ("80ml", "을", "80ml를"),
        ("3", "이", "3이"),
    ],
)
def test_the_particle_fits_the_last_sound(word: str, particle: str, said: str) -> None:
    assert with_particle(word, particle) == said


def test_lists_join_the_last_two_words() -> None:
    assert listed(["양파", "당근", "애호박"]) == "양파, 당근과 애호박"
    assert listed(["두부", "오이"]) == "두부와 오이"
    assert listed(["쌀"]) == "쌀"
    assert listed_en(["onion", "carrot", "courgette"]) == "onion, carrot and courgette"


def test_an_unknown_particle_is_an_error_of_ours() -> None:
    with pytest.raises(KeyError):
        with_particle("두부", "께서")
