/* A library that is no plugin: it exports something else. */
__attribute__((visibility("default"))) int homeroom_almost(void) {
  return 1;
}
