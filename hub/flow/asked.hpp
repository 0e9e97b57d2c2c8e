// Asked: what a run was asked for, checked before anything is opened for it.
#pragma once

#include <filesystem>
#include <vector>

#include "hub/flow/hub.hpp"
#include "hub/flow/run.hpp"

namespace homeroom::flow {

/// Throws fix_settings for a job the workspace does not have.
const settings::Job& job_of(const Hub& hub, const std::string& name);

/// An approval that nothing asks for is a slip of the pen, and would be recorded for nothing:
/// throws fix_settings.
void check_approvals(const Hub& hub, const RunOptions& options);

/// Whether the job, or who runs it, wants this source.
bool is_asked(const settings::Source& source, const settings::Job& job, const RunOptions& options);

/// The sources in the order in which they are taken: the roster first, as everybody else is matched
/// against it. Throws fix_settings where `options` name one the workspace does not have.
std::vector<const settings::Source*> sources_in_order(const Hub& hub, const RunOptions& options);

/// The first night on a machine makes the folder of its store, for the owner alone.
std::filesystem::path with_its_folder(std::filesystem::path file);

}  // namespace homeroom::flow
