#include <stdio.h>
#include <string.h>

/* Turns its input upside down; more than a few bytes are kept in a temporary file meanwhile. */
int main(void) {
  char text[64];
  size_t size = fread(text, 1, sizeof text, stdin);
  FILE *spill = NULL;
  if (size == sizeof text) {
    spill = tmpfile();
    if (!spill) {
      perror("sort: tmpfile");
      return 1;
    }
    do
      fwrite(text, 1, size, spill);
    while ((size = fread(text, 1, sizeof text, stdin)) > 0);
    for (long at = ftell(spill) - 1; at >= 0; at--) {
      fseek(spill, at, SEEK_SET);
      putchar(fgetc(spill));
    }
  } else {
    while (size > 0)
      putchar(text[--size]);
  }
  putchar('\n');
  return 0;
}
