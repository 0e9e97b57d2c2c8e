// homeroom: the program. Everything it does is a verb of the cli room.
#include "hub/cli/cli.hpp"
#include "hub/world/memory_dumps.hpp"

int main(int argc, char** argv) {
  homeroom::world::forbid_memory_dumps();
  return homeroom::cli::run(argc, argv);
}
