// recognition: what is told of models and of what training would change, and training by hand.
#pragma once

#include <string>

#include "hub/flow/hub.hpp"
#include "hub/flow/training.hpp"
#include "hub/record/recognition.hpp"

namespace homeroom::flow {

/// The models as they are published, or staged, and how far records drifted from them.
record::Recognition recognition_of(const Hub& hub, store::Store& store,
                                   const resolve::Identity& identity);

/// Adds what training found: how many records cross a threshold, and the first of them.
void tell(const Hub& hub, store::Store& store, const Training& training, std::size_t most_pairs,
          record::Recognition& into);

/// Training of a workspace; what it is told of outlives it.
Training::Parts parts_of(const Hub& hub, store::Store& store, keys::KeyRing& keys,
                         const resolve::Identity& identity);

/// Looks at what learning again from what is published would change, and changes nothing. Throws
/// Error(fix_settings) where nothing was published by the identity file as it is.
record::Recognition look_at_training(const Hub& hub, std::size_t most_pairs);

/// The same, and the models and frequencies learned are those of the next run. Recorded.
record::Recognition train(const Hub& hub, const std::string& actor, const std::string& why,
                          std::size_t most_pairs);

/// What learning again in a night needs.
struct NightTraining {
  const Hub& hub;
  store::Store& store;
  keys::KeyRing& keys;
  const resolve::Identity& identity;
  Pulse& pulse;
};

/// Above the stated drift models are learned again, by what was published last; this night's
/// records are then weighed by them. Where that would bring more records over a threshold than
/// the file allows, the former models stay until somebody looks: a night is no time to ask. Staged.
void train_if_drifted(const NightTraining& night, record::Recognition& told);

/// Versions and drift as they are from now on.
void tell_models(const Hub& hub, store::Store& store, const resolve::Identity& identity,
                 record::Recognition& told);

}  // namespace homeroom::flow
