const char *greeting(void) { return "Guten Tag"; }
