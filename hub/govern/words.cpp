#include "hub/govern/words.hpp"

#include <algorithm>
#include <cassert>

namespace homeroom::govern {

const std::vector<std::string>& class_words() {
  static const std::vector<std::string> words{
      "directory",        "identity",          "identity-strong", "academic",       "attendance",
      "behavior",         "special-education", "english-learner", "demographic",    "special",
      "economic",         "housing",           "child-welfare",   "justice",        "health",
      "health-hipaa",     "health-special",    "part2",           "safety",         "service",
      "support-services", "restricted-note",   "staff",           "early-childhood"};
  return words;
}

const std::vector<std::string>& purpose_words() {
  static const std::vector<std::string> words{"instruction",
                                              "student-support",
                                              "special-education-service",
                                              "health-care",
                                              "meal-administration",
                                              "homeless-service",
                                              "foster-stability",
                                              "attendance-enforcement",
                                              "state-reporting",
                                              "transfer",
                                              "research",
                                              "evaluation",
                                              "equity-reporting",
                                              "directory",
                                              "linkage",
                                              "operations",
                                              "emergency",
                                              "subject-access",
                                              "court-order"};
  return words;
}

const std::vector<std::string>& audience_words() {
  static const std::vector<std::string> words{
      "teacher",         "counselor",      "coordinator",
      "nurse",           "sped-staff",     "principal",
      "district-admin",  "data-steward",   "homeless-liaison",
      "foster-contact",  "meal-staff",     "parent",
      "student-18",      "partner-agency", "child-welfare-agency",
      "health-provider", "state-agency",   "researcher",
      "court",           "public",         "system"};
  return words;
}

ClassId class_of(std::string_view word) {
  auto found = std::ranges::find(class_words(), word);
  assert(found != class_words().end());
  return static_cast<ClassId>(found - class_words().begin());
}

ClassSet needs_strong_evidence() {
  static const ClassSet classes = only(class_of("health")) | only(class_of("health-hipaa")) |
                                  only(class_of("health-special")) | only(class_of("part2")) |
                                  only(class_of("housing")) | only(class_of("child-welfare")) |
                                  only(class_of("safety"));
  return classes;
}

Regime regime_of(std::string_view word) {
  if (word == "hipaa") return Regime::hipaa;
  if (word == "part2") return Regime::part2;
  return Regime::ferpa;
}

ClassId raised(ClassId id, Regime regime) {
  static const ClassId health = class_of("health");
  static const ClassId health_hipaa = class_of("health-hipaa");
  static const ClassId part2 = class_of("part2");
  if (regime == Regime::hipaa && id == health) return health_hipaa;
  // 42 CFR 2.11: that a child is known to such a programme is itself protected, so any class is.
  if (regime == Regime::part2) return part2;
  return id;
}

}  // namespace homeroom::govern
