// Recognition: what a run, or training, says of the models by which children are recognised.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace homeroom::record {

struct Recognition {
  /// What was learned of a source; of the roster, how often names are seen.
  struct Model {
    std::string source;
    uint32_t version = 0;
    std::string learned_on;  ///< a date; empty: not known
    uint64_t records = 0;    ///< the source had then
    double drift = 0;        ///< the share that is not what was learned from any more
  };
  /// Records that go from one band to another: strong, link, review, apart.
  struct Move {
    std::string source, from, to;
    bool is_to_another = false;  ///< student
    uint64_t pairs = 0;
  };
  struct Pair {
    std::string name;     ///< as the review queue calls it
    std::string record;   ///< source and the shape of its key
    std::string student;  ///< Homeroom's id
    std::string from, to;
    std::string other;  ///< the student it is near afterwards, if another
  };
  enum class Training : uint8_t {
    none,
    looked,   ///< by link train, without applying it
    applied,  ///< the next version; links follow when records are weighed by it
    waiting,  ///< too many would cross a threshold: for somebody to say
    due,      ///< it was found to wait on an earlier night
  };

  std::vector<Model> models;
  double drift = 0;  ///< the greatest
  double limit = 0;  ///< above it a run trains
  Training training = Training::none;
  uint64_t weighed = 0;   ///< records, by what was learned again
  uint64_t crossing = 0;  ///< of them
  std::vector<Move> moves;
  std::vector<Pair> pairs;  ///< the first ones
};

const char* word_of(Recognition::Training training);

/// One JSON object at the end of `out`.
void write_recognition(std::string& out, const Recognition& recognition);

}  // namespace homeroom::record
