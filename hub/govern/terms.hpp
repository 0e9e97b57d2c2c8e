// Terms: a destination of the workspace, checked against model, policy and agreements.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hub/govern/share.hpp"
#include "hub/record/finding.hpp"
#include "hub/settings/workspace.hpp"

namespace homeroom::govern {

/// Whether a disclosure record is due: the holder or the reader is no official of the district.
bool is_disclosure(const settings::Destination& destination);

/// The agreement a destination names, or nullptr if it names none. Throws for one that is not
/// there, and where somebody else than the district holds the data without one.
const settings::Agreement* agreement_of(const settings::Workspace& workspace,
                                        const settings::Destination& destination);

/// Throws, with the destination's place, for words outside the vocabulary and fields not in the
/// model.
Terms terms_of(const settings::Workspace& workspace, const settings::Destination& destination,
               std::span<const Rule> rules, const record::Model& model, const Fields& fields,
               int32_t run_date);

/// What `check` should say of a destination: paper that is over, counsel or rules that are missing.
void advise(const settings::Workspace& workspace, const settings::Destination& destination,
            const Terms& terms, std::span<const Rule> rules, const Fields& fields,
            std::vector<record::Finding>& advice);

/// The classes of the fields that are asked for, one bit each.
ClassSet classes_asked(const Terms& terms, const Fields& fields);

/// The names of the classes of a set, in the order of the vocabulary.
std::vector<std::string> names_of(ClassSet classes);

}  // namespace homeroom::govern
