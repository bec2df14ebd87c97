import os
import pwd

print("working for", pwd.getpwuid(os.getuid()).pw_name)
