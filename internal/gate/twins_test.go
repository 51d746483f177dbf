package main

import (
	"strings"
	"testing"
	"testing/fstest"
)

// module is one with a package p, made of files.
func module(files map[string]string) fstest.MapFS {
	all := fstest.MapFS{"go.mod": {Data: []byte("module example.com/m\n\ngo 1.26\n")}}
	for name, text := range files {
		all[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

// header are the imports of the test files here, used or not.
const header = `package p_test

import (
	"example.com/m/internal/acctest"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	versions "github.com/hashicorp/terraform-plugin-testing/tfversion"
)
`

const accList = `
func TestAccList(t *testing.T) {
	resource.UnitTest(t, resource.TestCase{TerraformVersionChecks: []versions.TerraformVersionCheck{versions.SkipBelow(versions.Version1_14_0)}})
}
`

func TestTwins(t *testing.T) {
	cases := map[string]struct {
		files map[string]string
		gated int
		want  string // in the one problem; empty for none
	}{
		"no test depends on the version": {map[string]string{"p/a_test.go": header + "func TestA(t *testing.T) { resource.UnitTest(t, resource.TestCase{}) }"}, 0, ""},
		"a twin":                         {map[string]string{"p/a_test.go": header + "\n// Lists.\n//\n// Twin: TestList" + accList + "func TestList(t *testing.T) {}"}, 1, ""},
		"a twin in another file, with a full stop": {map[string]string{
			"p/a_test.go": header + "\n// Twin: TestList." + accList,
			"p/b_test.go": "package p\n\nimport \"testing\"\n\nfunc TestList(t *testing.T) {}",
		}, 1, ""},
		"no twin":                       {map[string]string{"p/a_test.go": header + accList}, 1, "p/a_test.go:10:1: TestAccList depends on the CLI's version and has no twin"},
		"a comment that is not above":   {map[string]string{"p/a_test.go": header + "\n// Twin: TestList\n\n" + accList + "func TestList(t *testing.T) {}"}, 1, "has no twin"},
		"a twin that does not exist":    {map[string]string{"p/a_test.go": header + "\n// Twin: TestList" + accList}, 1, "TestList, is no test"},
		"a twin that is no test":        {map[string]string{"p/a_test.go": header + "\n// Twin: Testlist" + accList + "func Testlist(t *testing.T) {}"}, 1, "is no test"},
		"a twin outside of the tests":   {map[string]string{"p/a_test.go": header + "\n// Twin: TestList" + accList, "p/a.go": "package p\n\nfunc TestList() {}"}, 1, "is no test"},
		"a twin in another package":     {map[string]string{"p/a_test.go": header + "\n// Twin: TestList" + accList, "q/a_test.go": "package q\n\nimport \"testing\"\n\nfunc TestList(t *testing.T) {}"}, 1, "is no test"},
		"a twin that is gated":          {map[string]string{"p/a_test.go": header + "\n// Twin: TestAccList" + accList}, 1, "depends on the CLI's version itself"},
		"a twin that runs the CLI":      {map[string]string{"p/a_test.go": header + "\n// Twin: TestList" + accList + "func TestList(t *testing.T) { applies(t) }\nfunc applies(t *testing.T) { resource.UnitTest(t, resource.TestCase{}) }"}, 1, "runs the CLI"},
		"a twin that runs it by itself": {map[string]string{"p/a_test.go": header + "\n// Twin: TestList" + accList + "func TestList(t *testing.T) { acctest.NewCLI(t, \"\") }"}, 1, "runs the CLI"},
		"a twin that does both": {map[string]string{
			"p/a_test.go":             header + "\n// Twin: TestList" + accList + "func TestList(t *testing.T) { acctest.NewConfigured(t); resource.UnitTest(t, resource.TestCase{}) }",
			"internal/acctest/new.go": "package acctest\n\nfunc NewConfigured(t any) { NewServer(t) }\n\nfunc NewServer(any) {}",
		}, 1, ""},
		"a version behind a variable": {map[string]string{"p/a_test.go": header + `
var since = []versions.TerraformVersionCheck{versions.SkipIf(versions.Version1_8_0)}

func TestAccList(t *testing.T) { resource.UnitTest(t, resource.TestCase{TerraformVersionChecks: since}) }`}, 1, "has no twin"},
		"a version behind a function of another package": {map[string]string{
			"p/a_test.go":             header + "func TestAccList(t *testing.T) { resource.UnitTest(t, acctest.Lists()) }",
			"internal/acctest/new.go": "package acctest\n\nimport \"github.com/hashicorp/terraform-plugin-testing/tfversion\"\n\nfunc Lists() any { return tfversion.SkipBelow(nil) }",
		}, 1, "has no twin"},
		"a version behind a method": {map[string]string{"p/a_test.go": header + `
type world struct{}

func (world) checks() any { return versions.SkipAbove(nil) }

func TestAccList(t *testing.T) { world{}.checks() }`}, 1, "has no twin"},
		"a module within the module": {map[string]string{"tools/go.mod": "module tools", "tools/a_test.go": header + accList}, 0, ""},
		"test data":                  {map[string]string{"p/testdata/a_test.go": header + accList}, 0, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			sources, err := scan(module(c.files))
			if err != nil {
				t.Fatal(err)
			}
			gated, problems := sources.gated()
			if len(gated) != c.gated {
				t.Errorf("%d tests are gated, not %d: %v", len(gated), c.gated, gated)
			}
			switch {
			case c.want == "" && len(problems) > 0:
				t.Errorf("unexpected problems: %q", problems)
			case c.want != "" && (len(problems) != 1 || !strings.Contains(problems[0], c.want)):
				t.Errorf("not one problem with %q: %q", c.want, problems)
			}
		})
	}
}

func TestSourcesThatCannotBeRead(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{
		"no module":    {},
		"nameless":     {"go.mod": {Data: []byte("go 1.26")}},
		"syntax error": module(map[string]string{"p/a.go": "package"}),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := scan(files); err == nil {
				t.Error("they were read")
			}
		})
	}
}
