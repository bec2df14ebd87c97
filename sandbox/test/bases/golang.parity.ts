/** The golang images, read through the engine. */
import { describe, expect, test } from "vitest";
import { describeBases, environment, files, inspect, matching, shell } from "./image.ts";

describeBases("golang", ["golang:1.26", "golang:1.18"], () => {
  describe.each([
    ["golang:1.26", /^1\.26\.\d+$/],
    ["golang:1.18", /^1\.18\.10$/],
  ])("%s", (name, version) => {
    test("config", async () => {
      const { Config } = await inspect(name);
      expect(Config).toMatchObject({
        Cmd: ["bash"],
        Entrypoint: null,
        WorkingDir: "/go",
        User: "",
      });
      const { PATH, GOLANG_VERSION, GOTOOLCHAIN, GOPATH } = await environment(name);
      expect(PATH).toMatch(/^\/go\/bin:\/usr\/local\/go\/bin:/);
      expect({ GOTOOLCHAIN, GOPATH }).toEqual({ GOTOOLCHAIN: "local", GOPATH: "/go" });
      expect(GOLANG_VERSION).toMatch(version);
      expect(await shell(name, "go version")).toContain(` go${GOLANG_VERSION} linux/`);
    });

    test("compilers and version control are there, so that cgo is on", async () => {
      await shell(name, "which git make bash gcc g++ pkg-config curl wget");
      expect(await shell(name, "go env CGO_ENABLED GOROOT")).toBe("1\n/usr/local/go");
    });

    test("time zones in GOROOT, and the table of media types", async () => {
      expect(
        await matching(name, /^(usr\/local\/go\/lib\/time\/zoneinfo\.zip|etc\/mime\.types)$/),
      ).toEqual(["etc/mime.types", "usr/local/go/lib/time/zoneinfo.zip"]);
    });

    test("anybody may write to GOPATH", async () => {
      for (const path of ["go", "go/src", "go/bin"]) {
        expect((await files(name)).get(path)).toMatchObject({ mode: "drwxrwxrwt", owner: "0/0" });
      }
    });

    test("a program that needs a module and cgo is built, tested and run", async () => {
      const main =
        'package main\\nimport "C"\\nimport "fmt"\\nimport "rsc.io/quote"\\nfunc main() { fmt.Println(quote.Go()) }\\n';
      const out = await shell(
        name,
        `mkdir /app && cd /app && printf '${main}' >main.go && go mod init app 2>/dev/null && go get rsc.io/quote@v1.5.2 2>/dev/null && go vet . && go build -o app && ./app && gofmt -l .`,
      );
      expect(out).toContain("Don't communicate by sharing memory");
    });
  });
});
