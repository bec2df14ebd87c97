#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static const char *english(void) { return "Good day"; }

int main(int argc, char **argv) {
  const char *(*greeting)(void) = english;
  if (argc > 1 && strcmp(argv[1], "german") == 0) {
    void *plugin = dlopen("libgerman.so.1", RTLD_NOW);
    if (!plugin) {
      fprintf(stderr, "greet: %s\n", dlerror());
      return 1;
    }
    *(void **)&greeting = dlsym(plugin, "greeting");
  }
  puts(greeting());
  return 0;
}
