// The deterministic matcher: for each record the students who share a key with it are compared, and
// the surest pass that exactly one of them satisfies decides.
#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "hub/record/arena.hpp"
#include "hub/resolve/key_index.hpp"
#include "hub/resolve/resolve.hpp"
#include "hub/resolve/rules.hpp"
#include "hub/resolve/sketch.hpp"

namespace homeroom::resolve {

namespace {

/// A record that is looked for, and the students it is not.
struct Sought {
  const Sketch& sketch;
  Apart apart;

  bool may_be(uint32_t student) const {
    return std::ranges::find(apart, student, &Apart::value_type::second) == apart.end();
  }
};

/// A student near a record, and how they agree.
struct Near {
  uint32_t student;
  Agreement agreement;
  Pass pass;
};

uint64_t birth_key(const Sketch& child, uint64_t name) {
  return child.knows_birth() ? hash_of(static_cast<uint32_t>(child.birth), name) : 0;
}

template <class Visit>
void each_full_name(const Sketch& child, Visit visit) {
  for (auto given : child.given)
    for (auto part : child.family) visit(hash_of(given, part));
}

/// Identifiers of one kind that are both known and not the same.
bool differ(uint64_t a, uint64_t b) {
  return a && b && a != b;
}

class Deterministic : public Matcher {
 public:
  Deterministic(std::size_t students, const ReadStudent& read) : rules_(pass_rules()) {
    students_.reserve(students);
    for (uint32_t i = 0; i < students; ++i) {
      students_.push_back(sketch_to_keep(read(i)));
      add(students_[i], i);
    }
    for (auto* index : {&by_number_, &by_state_id_, &by_birth_, &by_full_name_, &by_home_})
      index->finish();
    for (auto& student : students_) forget_placeholders(student);
  }

  const std::vector<Rule>& rules() const override { return rules_; }
  const std::string& digest() const override { return digest_; }

  std::vector<Link> match(std::span<const Features> records, bool is_unique,
                          Apart apart) const override {
    std::vector<Link> links;
    links.reserve(records.size());
    std::vector<Near> near;
    for (const auto& record : records) {
      auto sketch = sketcher_.sketch(record);
      forget_placeholders(sketch);
      auto of_record = static_cast<uint32_t>(links.size());
      auto first = std::ranges::lower_bound(apart, of_record, {}, &Apart::value_type::first);
      auto last = std::ranges::upper_bound(apart, of_record, {}, &Apart::value_type::first);
      links.push_back(link({sketch, {first, last}}, near));
    }
    if (is_unique) keep_one_each(links);
    return links;
  }

 private:
  Sketch sketch_to_keep(const Features& student) {
    auto sketch = sketcher_.sketch(student);
    sketch.first_name = kept(sketch.first_name);
    sketch.last_name = kept(sketch.last_name);
    return sketch;
  }

  std::string_view kept(std::string_view name) {
    char* bytes = names_.take(name.size());
    std::memcpy(bytes, name.data(), name.size());
    return {bytes, name.size()};
  }

  void add(const Sketch& child, uint32_t student) {
    by_number_.add(child.number, student);
    by_state_id_.add(child.state_id, student);
    by_home_.add(child.phone, student);
    by_home_.add(child.home, student);
    if (child.knows_birth()) {
      for (auto given : child.given) by_birth_.add(birth_key(child, given), student);
      for (auto part : child.family) by_birth_.add(birth_key(child, part), student);
    }
    each_full_name(child, [&](uint64_t key) { by_full_name_.add(key, student); });
  }

  /// A phone or house that hundreds of students share is nobody's home.
  void forget_placeholders(Sketch& child) const {
    if (by_home_.is_crowded(child.phone)) child.phone = 0;
    if (by_home_.is_crowded(child.home)) child.home = 0;
  }

  void consider(const Sought& sought, uint32_t student, std::vector<Near>& near) const {
    if (!sought.may_be(student)) return;
    for (const auto& known : near)
      if (known.student == student) return;
    auto agreement = compare(sought.sketch, students_[student]);
    near.push_back({student, agreement, pass_of(agreement, false)});
  }

  Link link(const Sought& sought, std::vector<Near>& near) const {
    near.clear();
    const auto& record = sought.sketch;
    auto visit = [&](uint32_t student) { consider(sought, student, near); };
    if (record.knows_birth()) {
      for (auto given : record.given) by_birth_.each(birth_key(record, given), visit);
      for (auto part : record.family) by_birth_.each(birth_key(record, part), visit);
    }
    if (auto found =
            by_identifier(by_number_, &Sketch::number, Pass::district_number, sought, near))
      return *found;
    if (auto found = by_identifier(by_state_id_, &Sketch::state_id, Pass::state_id, sought, near))
      return *found;
    if (surest(near) == Pass::none) {
      each_full_name(record, [&](uint64_t key) { by_full_name_.each(key, visit); });
      by_home_.each(record.phone, visit);
      by_home_.each(record.home, visit);
      weigh_rare_name(near);
    }
    return decide(record, near);
  }

  /// The link by an identifier, a review if it is doubtful, or nothing if nobody has it.
  std::optional<Link> by_identifier(const KeyIndex& index, uint64_t Sketch::*identifier, Pass pass,
                                    const Sought& sought, const std::vector<Near>& near) const {
    const auto& record = sought.sketch;
    std::optional<uint32_t> found;
    bool is_single = true;
    index.each(record.*identifier, [&](uint32_t student) {
      if (students_[student].*identifier != record.*identifier || !sought.may_be(student)) return;
      is_single = !found;
      found = student;
    });
    if (!found) return std::nullopt;
    const auto& student = students_[*found];
    auto agreement = compare(record, student);
    bool is_denied = denies_identifier(agreement) || differ(record.state_id, student.state_id) ||
                     differ(record.number, student.number);
    // A twin's number: the given name is another's, and that other fits.
    bool is_of_twin = agreement.first == Name::differs && surest(near) != Pass::none;
    if (!is_single || is_denied || is_of_twin) return review(*found);
    return linked(*found, pass);
  }

  static Pass surest(const std::vector<Near>& near) {
    auto pass = Pass::none;
    for (const auto& one : near) pass = std::min(pass, one.pass);
    return pass;
  }

  static void weigh_rare_name(std::vector<Near>& near) {
    if (bearers(near) != 1) return;
    for (auto& one : near)
      if (has_full_name(one.agreement)) one.pass = pass_of(one.agreement, true);
  }

  static long bearers(const std::vector<Near>& near) {
    return std::ranges::count_if(near,
                                 [](const Near& one) { return has_full_name(one.agreement); });
  }

  Link decide(const Sketch& record, const std::vector<Near>& near) const {
    auto pass = surest(near);
    if (pass == Pass::none) return doubtful(near);
    const Near* best = nullptr;
    for (const auto& one : near) {
      if (one.pass != pass) continue;
      if (best) return review(std::min(best->student, one.student));
      best = &one;
    }
    const auto& student = students_[best->student];
    bool is_another =
        differ(record.number, student.number) || differ(record.state_id, student.state_id);
    return is_another || has_rival(*best, near) ? review(best->student)
                                                : linked(best->student, pass);
  }

  /// Another child of the family born that day whose given name is also possible.
  static bool has_rival(const Near& best, const std::vector<Near>& near) {
    if (best.agreement.first == Name::same) return false;
    return std::ranges::any_of(near, [&](const Near& other) {
      return other.student != best.student && other.agreement.birth == Birth::same &&
             other.agreement.last >= Name::part && other.agreement.first >= Name::initial;
    });
  }

  Link doubtful(const std::vector<Near>& near) const {
    bool is_rare = bearers(near) == 1;
    uint32_t candidate = Link::nobody;
    for (const auto& one : near)
      if (is_worth_a_look(one.agreement, is_rare)) candidate = std::min(candidate, one.student);
    return candidate == Link::nobody ? Link{} : review(candidate);
  }

  Link linked(uint32_t student, Pass pass) const {
    Link made;
    made.student = student;
    made.rule = static_cast<uint8_t>(pass);
    made.evidence = rules_[made.rule].evidence;
    return made;
  }

  static Link review(uint32_t candidate) {
    Link made;
    made.is_for_review = true;
    made.candidate = candidate;
    return made;
  }

  /// Of several records that link to one student the surest stays; equally sure ones link nobody.
  void keep_one_each(std::vector<Link>& links) const {
    struct Best {
      uint8_t rule = UINT8_MAX;
      bool is_tied = false;
    };
    std::vector<Best> best(students_.size());
    for (const auto& one : links) {
      if (one.student == Link::nobody) continue;
      auto& kept = best[one.student];
      if (one.rule == kept.rule) kept.is_tied = true;
      if (one.rule < kept.rule) kept = {one.rule, false};
    }
    for (auto& one : links) {
      if (one.student == Link::nobody) continue;
      const auto& kept = best[one.student];
      if (one.rule > kept.rule || kept.is_tied) one = review(one.student);
    }
  }

  Sketcher sketcher_;
  std::vector<Rule> rules_;
  std::string digest_ = "deterministic/1";
  record::Arena names_;  ///< of the students
  std::vector<Sketch> students_;
  KeyIndex by_number_;
  KeyIndex by_state_id_;
  KeyIndex by_birth_;  ///< birth date with a given name or a part of the family name
  KeyIndex by_full_name_;
  KeyIndex by_home_;  ///< phone; house
};

}  // namespace

std::unique_ptr<Matcher> deterministic(std::size_t students, const ReadStudent& read) {
  return std::make_unique<Deterministic>(students, read);
}

std::unique_ptr<Matcher> deterministic(std::span<const Features> roster) {
  return deterministic(roster.size(), [&](std::size_t student) { return roster[student]; });
}

}  // namespace homeroom::resolve
