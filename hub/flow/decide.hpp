// decide: a person says whether a record is a student's. The next run keeps to it, whatever the
// matcher says; undone, it is as if nobody had said anything.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hub/flow/inspect.hpp"
#include "hub/store/rows.hpp"

namespace homeroom::flow {

/// A kept record of a source: linked, in review or decided about.
struct Kept {
  uint32_t source = 0;  ///< number in the store
  std::string source_name;
  uint32_t node = 0;
  uint64_t token = 0;
  uint32_t person = store::SubjectLink::nobody;  ///< whose it is, or may be
  std::string key;
};
/// `named` is source:key. Error(fix_settings) that does not repeat the key when there is none.
Kept find_record(const Hub& hub, store::Store& store, const std::string& named);

/// The pair that `review list` calls so ("2-1204-57"); Error(fix_settings) when it is not open.
struct NamedPair {
  Kept record;
  Student student;
};
NamedPair find_pair(const Hub& hub, store::Store& store, const std::string& named);

struct Said {
  store::Verdict verdict = store::Verdict::later;
  std::string why;
  std::string actor;
};
/// "same", "different" or "later".
store::Verdict verdict_of(const std::string& word);
std::string word_of(store::Verdict verdict);

/// Writes it into store and audit log; its number. Throws Error(fix_settings) when it contradicts a
/// decision that stands, or says the same again; world::Locked while a run holds the store.
uint32_t decide(const Hub& hub, const NamedPair& pair, const Said& said);

/// Throws Error(fix_settings) for a number nobody has, or that was undone before.
void undo_decision(const Hub& hub, uint32_t number, const std::string& actor,
                   const std::string& why);

/// One decision with the names of those it is about.
struct ToldDecision {
  store::Decision decision;
  std::string source;
  std::string student;  ///< Homeroom's id
};
std::vector<ToldDecision> told_decisions(const Hub& hub, store::Store& store);

}  // namespace homeroom::flow
