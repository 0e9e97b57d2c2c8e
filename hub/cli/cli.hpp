// cli: the command line that scripts rely on. Verbs, flags, JSON keys and exit codes are promises.
#pragma once

namespace homeroom::cli {

/// Runs one verb and answers the process's exit code: 0 ok, 1 failed or cancelled, 2 usage or
/// configuration, 3 partial, 4 a brake, 5 locked by another run.
int run(int argc, char** argv);

}  // namespace homeroom::cli
