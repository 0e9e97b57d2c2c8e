// Findings: what rules found, in the order of the report: by school, then the gravest, by rule and
// by student. Beyond a part of a budget they are in a scratch file.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "hub/record/finding.hpp"
#include "hub/validate/sorted.hpp"

namespace homeroom::validate {

/// Where something stands: source, stream and file, and the line.
struct Where {
  std::string source, stream, file;
  uint32_t line = 0;
};

/// Something a rule found.
struct RuleFound {
  uint32_t rule = 0;    ///< index into Verdict::rules
  std::string student;  ///< record number, empty if it is about no student
  std::string school;   ///< as the report groups it, empty: the district
  Where at;
  Where beside;                ///< the other row that it collides with; no file: none
  std::string group;           ///< of a whole run: what was counted ("school 3"), never a student
  double fte = 0;              ///< of the student
  bool is_new = true;          ///< was not found in the earlier run
  uint64_t rank = UINT64_MAX;  ///< tells students apart that share a record number; the last: none
};

class Findings {
 public:
  /// `scratch` may be null: then all are in memory. Else it outlives this.
  explicit Findings(record::Scratch* scratch = nullptr) : scratch_(scratch), entries_(scratch) {}

  /// Before sort(). Of one rule, those about one student keep their order.
  void add(const RuleFound& found, record::Severity severity);
  /// No more come; once, before they are gone over.
  void sort() { entries_.sort(); }

  uint64_t size() const { return entries_.size(); }
  bool empty() const { return size() == 0; }
  record::Scratch* scratch() const { return scratch_; }

  /// Copies go over the rest anew, so that a group may be looked at before it is told.
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = RuleFound;
    using difference_type = std::ptrdiff_t;
    using pointer = const RuleFound*;
    using reference = const RuleFound&;

    /// The finding, until the next step.
    const RuleFound& operator*() const { return found_; }
    const RuleFound* operator->() const { return &found_; }
    Iterator& operator++();
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    friend class Findings;
    Iterator(const Findings& of, Sorted::Iterator at);
    void read();

    const Findings* of_;
    Sorted::Iterator at_;
    RuleFound found_;
  };
  Iterator begin() const { return {*this, entries_.begin()}; }
  Iterator end() const { return {*this, entries_.end()}; }

 private:
  uint32_t origin(const Where& where);

  record::Scratch* scratch_;
  Sorted entries_;
  std::vector<Where> origins_;  ///< without lines
  std::map<std::tuple<std::string, std::string, std::string>, uint32_t> numbers_;
  std::string entry_;
};

}  // namespace homeroom::validate
