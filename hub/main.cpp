// homeroom: the program. Everything it does is a verb of the cli room.
#include "hub/cli/cli.hpp"

int main(int argc, char** argv) {
  return homeroom::cli::run(argc, argv);
}
