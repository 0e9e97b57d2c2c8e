// Repositories: all of one connection; their statements die with it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hub/keys/keys.hpp"
#include "hub/sql/sql.hpp"
#include "hub/store/corrections.hpp"
#include "hub/store/decisions.hpp"
#include "hub/store/features.hpp"
#include "hub/store/journal.hpp"
#include "hub/store/links.hpp"
#include "hub/store/nodes.hpp"
#include "hub/store/people.hpp"
#include "hub/store/postings.hpp"
#include "hub/store/quarantine.hpp"
#include "hub/store/record_keys.hpp"
#include "hub/store/references.hpp"
#include "hub/store/refusals.hpp"
#include "hub/store/runs.hpp"
#include "hub/store/shares.hpp"
#include "hub/store/streams.hpp"

namespace homeroom::store {

struct Repositories {
  Repositories(sql::Database& database, keys::KeyRing& keys, const std::string& tenant)
      : nodes(database, keys),
        references(database, keys),
        links(database),
        features(database, keys),
        postings(database, keys, Postings::of_matching()),
        record_keys(database, keys),
        streams(database),
        people(database, keys, streams),
        shares(database, streams),
        quarantine(database, keys),
        refusals(database, keys),
        corrections(database, keys),
        decisions(database, keys),
        runs(database),
        journal(database, keys, tenant) {}

  /// Writes what is still in memory; before every commit of what was staged.
  void flush();
  /// Forgets what was not committed; after every rollback.
  void forget();
  /// After what was staged is published.
  void published();

  /// Takes records out of all that is kept of them. `gone` ascend.
  void forget_records(uint32_t source, const std::vector<uint32_t>& gone);
  /// Takes a person out of all but the links.
  void forget_person(uint32_t person);
  /// Erases what no key opens any more; true where matching lost what it knows.
  bool drop_unreadable();

  Nodes nodes;
  References references;
  Links links;
  Features features;
  Postings postings;
  RecordKeys record_keys;
  Streams streams;
  People people;
  Shares shares;
  Quarantine quarantine;
  Refusals refusals;
  Corrections corrections;
  Decisions decisions;
  Runs runs;
  Journal journal;
};

}  // namespace homeroom::store
