package main

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

// sources are the declarations of a module by key: the import path of the
// package and the name, as in module/internal/contact.TestCreate. The external
// tests of a package count as part of it. Names are not resolved as a compiler
// would: a local name that is like a package's is taken for it, which finds too
// much rather than too little.
type sources map[string]*declaration

type declaration struct {
	position token.Position
	pkg      string // import path
	name     string
	uses     []string // keys
	doc      string
	inTest   bool // in a file of tests
	function bool
}

var moduleLine = regexp.MustCompile(`(?m)^module\s+(\S+)`)

// scan reads the Go files of a module, without modules within it.
func scan(module fs.FS) (sources, error) {
	file, err := fs.ReadFile(module, "go.mod")
	if err != nil {
		return nil, err
	}
	found := moduleLine.FindSubmatch(file)
	if found == nil {
		return nil, errors.New("go.mod names no module")
	}
	all := sources{}
	files := token.NewFileSet()
	err = fs.WalkDir(module, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			return enter(module, name)
		case !strings.HasSuffix(name, ".go"):
			return nil
		}
		text, err := fs.ReadFile(module, name)
		if err != nil {
			return err
		}
		parsed, err := parser.ParseFile(files, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		all.add(files, parsed, path.Join(string(found[1]), path.Dir(name)), strings.HasSuffix(name, "_test.go"))
		return nil
	})
	return all, err
}

// enter refuses folders that the go command leaves out as well.
func enter(module fs.FS, name string) error {
	base := path.Base(name)
	if name == "." {
		return nil
	}
	if base == "testdata" || strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") {
		return fs.SkipDir
	}
	if _, err := fs.Stat(module, path.Join(name, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}

func (s sources) add(files *token.FileSet, file *ast.File, pkg string, inTest bool) {
	imports := importNames(file)
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			declared := &declaration{
				position: files.Position(d.Pos()), pkg: pkg, name: d.Name.Name, uses: uses(d, pkg, imports),
				doc: d.Doc.Text(), inTest: inTest, function: d.Recv == nil,
			}
			if d.Recv == nil {
				s.put(pkg+"."+d.Name.Name, declared)
			} else {
				s.put(method(pkg, d.Name.Name), declared)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				values, ok := spec.(*ast.ValueSpec)
				if !ok {
					continue
				}
				for _, name := range values.Names {
					s.put(pkg+"."+name.Name, &declaration{position: files.Position(name.Pos()), pkg: pkg, name: name.Name, uses: uses(values, pkg, imports), inTest: inTest})
				}
			}
		}
	}
}

// put adds what a declaration uses to that of the same key: methods of several
// types, or files of several systems.
func (s sources) put(key string, d *declaration) {
	if known, found := s[key]; found {
		d.uses = append(d.uses, known.uses...)
	}
	s[key] = d
}

// method is the key of all methods of a name in a package.
func method(pkg, name string) string { return pkg + ".()." + name }

// uses are the keys of everything that a piece of source mentions.
func uses(node ast.Node, pkg string, imports map[string]string) []string {
	var keys []string
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && imports[x.Name] != "" {
				keys = append(keys, imports[x.Name]+"."+n.Sel.Name)
				return false
			}
			keys = append(keys, method(pkg, n.Sel.Name))
		case *ast.Ident:
			keys = append(keys, pkg+"."+n.Name)
		}
		return true
	})
	return keys
}

var majorVersion = regexp.MustCompile(`^v\d+$`)

// importNames are the import paths of a file by the name they go by in it.
func importNames(file *ast.File) map[string]string {
	names := map[string]string{}
	for _, imported := range file.Imports {
		from := strings.Trim(imported.Path.Value, `"`)
		name := path.Base(from)
		if majorVersion.MatchString(name) {
			name = path.Base(path.Dir(from))
		}
		if imported.Name != nil {
			name = imported.Name.Name
		}
		names[name] = from
	}
	return names
}

// reaches reports whether a declaration uses, itself or through others of the
// module, something that is sought.
func (s sources) reaches(key string, sought func(key string) bool) bool {
	seen := map[string]bool{key: true}
	for next := []string{key}; len(next) > 0; {
		declared, found := s[next[0]]
		next = next[1:]
		if !found {
			continue
		}
		for _, used := range declared.uses {
			if sought(used) {
				return true
			}
			if !seen[used] {
				seen[used] = true
				next = append(next, used)
			}
		}
	}
	return false
}
