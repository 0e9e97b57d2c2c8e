#include "tests/bench/languages.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "hub/resolve/names.hpp"

namespace homeroom::resolve {

std::string language_of(const std::string& family) {
  static const std::map<std::string, std::vector<std::string>> frequent = {
      {"Spanish",
       {"garcia",  "rodriguez", "hernandez", "martinez", "lopez",  "gonzalez", "perez",   "sanchez",
        "ramirez", "torres",    "flores",    "rivera",   "gomez",  "diaz",     "reyes",   "cruz",
        "morales", "ortiz",     "gutierrez", "chavez",   "ramos",  "ruiz",     "alvarez", "mendoza",
        "vasquez", "castillo",  "jimenez",   "moreno",   "romero", "herrera",  "medina",  "aguilar",
        "vargas",  "castro",    "guzman",    "mendez"}},
      {"East Asian", {"nguyen", "tran", "pham", "le", "kim", "park", "chen", "wang", "li"}},
      {"South Asian or Arabic", {"patel", "singh", "khan", "shah", "ali", "hassan", "ahmed"}},
      {"Slavic, German, Romance",
       {"kowalski", "petrov", "ivanov", "schmidt", "schneider", "meyer", "schultz", "hoffman",
        "wagner", "weber", "becker", "romano", "esposito", "ricci", "moretti", "dubois", "moreau"}},
      {"English", {"smith",  "johnson",  "williams", "brown",  "jones",  "davis",   "miller",
                   "wilson", "anderson", "thomas",   "taylor", "moore",  "jackson", "martin",
                   "lee",    "thompson", "white",    "harris", "clark",  "lewis",   "robinson",
                   "walker", "young",    "allen",    "king",   "wright", "scott",   "hill",
                   "green",  "adams",    "nelson",   "baker",  "hall",   "campbell"}}};
  auto name = normal_name(family);
  for (const auto& word : family_parts(name))
    for (const auto& [language, names] : frequent)
      if (std::ranges::find(names, word) != names.end()) return language;
  return name.find(' ') == std::string::npos ? "one other name" : "two other names";
}

}  // namespace homeroom::resolve
