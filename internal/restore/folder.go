package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/gohcl"
	"github.com/hashicorp/hcl/v2/hclparse"
)

// folder is a module of the configuration: which blocks it has.
type folder struct {
	path      string
	resources map[string]string // where each is, by type and name
	modules   map[string]*call
}

// call is a module block.
type call struct {
	where, source string
	folder        *folder // once it was read
}

// endings are those of configuration files.
var endings = regexp.MustCompile(`\.(tf|tofu)(\.json)?$`)

// blocksOfModule are the blocks that are looked for. All others are skipped.
var blocksOfModule = &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
	{Type: "resource", LabelNames: []string{"type", "name"}}, {Type: "module", LabelNames: []string{"name"}},
}}

// readFolder reads the configuration files of a folder.
func readFolder(path string) (*folder, error) {
	files, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	files = slices.DeleteFunc(files, func(file os.DirEntry) bool { return !endings.MatchString(file.Name()) })
	if len(files) == 0 {
		return nil, fmt.Errorf("%s holds no configuration", path)
	}
	found := &folder{path: path, resources: map[string]string{}, modules: map[string]*call{}}
	parser := hclparse.NewParser()
	for _, file := range files {
		name := filepath.Join(path, file.Name())
		parse := parser.ParseHCLFile
		if strings.HasSuffix(name, ".json") {
			parse = parser.ParseJSONFile
		}
		file, problems := parse(name)
		if problems.HasErrors() {
			return nil, fmt.Errorf("which blocks are still there is not known: %w", problems)
		}
		content, _, _ := file.Body.PartialContent(blocksOfModule)
		for _, block := range content.Blocks {
			where := fmt.Sprintf("line %d of %s", block.DefRange.Start.Line, filepath.ToSlash(name))
			if block.Type == "resource" {
				found.resources[strings.Join(block.Labels, ".")] = where
				continue
			}
			found.modules[block.Labels[0]] = &call{where: where, source: sourceOf(block.Body)}
		}
	}
	return found, nil
}

// sourceOf is where a module comes from, as far as its block says.
func sourceOf(body hcl.Body) (source string) {
	content, _, _ := body.PartialContent(&hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "source"}}})
	if attribute, found := content.Attributes["source"]; found {
		_ = gohcl.DecodeExpression(attribute.Expr, nil, &source) // what is no text is no folder either
	}
	return source
}

// block is where the block of an instance is, or nothing where it is gone. Into
// modules it looks where they are folders; of another one, the module block is
// all that is known.
func (f *folder) block(i instance) (where string, err error) {
	if f == nil {
		return "", nil
	}
	names, isClear := i.calls()
	if !isClear {
		return "", nil
	}
	at := f
	for _, name := range names {
		call, found := at.modules[name]
		if !found {
			return "", nil
		}
		if !strings.HasPrefix(call.source, ".") {
			return call.where, nil
		}
		if call.folder == nil {
			if call.folder, err = readFolder(filepath.Join(at.path, call.source)); err != nil {
				return "", err
			}
		}
		at = call.folder
	}
	return at.resources[i.resource()], nil
}
