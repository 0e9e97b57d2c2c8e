// Names made of syllables: varied enough to be matched, and nobody's.
#pragma once

#include <string>

#include "hub/synth/draw.hpp"

namespace homeroom::synth {

std::string given_name(Draw& draw);
std::string family_name(Draw& draw);
/// What the person is called at home: the first syllable with a y; short names stay.
std::string nickname(const std::string& given);
/// The name with one slip of a hand.
std::string with_typo(std::string name, Draw& draw);
std::string in_capitals(std::string name);

}  // namespace homeroom::synth
