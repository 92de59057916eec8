package resource

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"

	"gocloud.dev/docstore"
	"gocloud.dev/docstore/driver"
	"gocloud.dev/gcerrors"

	"github.com/isobar-dev/isobar/runtime/resource/internal/itemkey"
	"github.com/isobar-dev/isobar/runtime/resource/internal/rest"
)

// ErrInvalidItem is in the errors of items that some cloud would not take, or would change.
var ErrInvalidItem = errors.New("not every cloud takes the item")

// MaxItem is how many bytes an item has at most, with the names of its attributes: a little less than the 400 KiB of DynamoDB, as not all is
// measured as it does. Others take 1 MiB and more.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const MaxItem = 400_000

const (
	// maxInteger is the largest integer up to which Cosmos DB keeps every one: its numbers are float64.
	maxInteger = 1 << 53
	// Beyond these DynamoDB has no numbers.
	// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
	maxFloat, minFloat = 9.9e125, 1e-130
	// maxDepth is how deep maps and lists are within each other, as on Firestore. https://cloud.google.com/firestore/quotas
	maxDepth = 20
	// maxName and maxPart are the bytes of a key, escaped: the names of Firestore's documents have 1,500, and the IDs of Cosmos DB's 1,023.
	// https://learn.microsoft.com/azure/cosmos-db/concepts-limits#per-item-limits
	maxName, maxPart = 1500, 1023
	// maxIndexed are the bytes of a text that items are found by. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
	maxIndexed = 1024
)

// checkItem refuses what some cloud does not take, or changes, of an action.
func (t guardedTable) checkItem(a *driver.Action) error {
	err := t.checkKey(a.Doc)
	switch a.Kind {
	case driver.Create, driver.Replace, driver.Put:
		err = errors.Join(err, t.checkWhole(a.Doc))
	case driver.Update:
		for _, m := range a.Mods {
			if _, ok := m.Value.(driver.IncOp); !ok && m.Value != nil {
				err = errors.Join(err, t.checkChange(m.FieldPath, m.Value))
			}
		}
	default:
	}
	if err == nil {
		return nil
	}
	return rest.Coded(gcerrors.InvalidArgument, fmt.Errorf("%w: %w", ErrInvalidItem, err))
}

func (t guardedTable) checkKey(doc driver.Document) error {
	texts, err := itemkey.Of(doc, t.table.Key)
	if err != nil {
		return err
	}
	tooLong := len(itemkey.Name(texts)) > maxName
	for _, text := range texts {
		tooLong = tooLong || len(itemkey.Escape(text)) > maxPart
	}
	if tooLong {
		return fmt.Errorf("its key has more than %d bytes, or more than %d in one attribute, where what is not a letter, a digit, - or _ counts three", maxName, maxPart)
	}
	return nil
}

func (t guardedTable) checkWhole(doc driver.Document) error {
	top := &attributes{meter: meter{measure: &measure{}}, table: t}
	if err := doc.Encode(&item{attributes: top}); err != nil {
		return err
	}
	if top.size > MaxItem {
		top.problems = append(top.problems, fmt.Errorf("it has %d bytes, at most %d are taken: put what is large into a bucket and keep its key", top.size, MaxItem))
	}
	return errors.Join(top.problems...)
}

// checkChange refuses the value that an attribute is to have.
func (t guardedTable) checkChange(path []string, value any) error {
	m := &meter{measure: &measure{}}
	m.name(path[len(path)-1])
	if err := driver.Encode(reflect.ValueOf(value), m); err != nil {
		return fmt.Errorf("%q: %w", path, err)
	}
	if m.problem != nil {
		return fmt.Errorf("%q: %w", strings.Join(path, "."), m.problem)
	}
	if len(path) == 1 && !m.findable {
		return t.checkIndexed(path[0])
	}
	return nil
}

// checkIndexed refuses an attribute that no item is found by, if items are to be.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
func (t guardedTable) checkIndexed(name string) error {
	if !slices.ContainsFunc(t.table.Indexes, func(key []string) bool { return slices.Contains(key, name) }) {
		return nil
	}
	return fmt.Errorf("%q is part of an index, and neither a number nor text of 1 to %d bytes: leave it out, with omitempty, when there is none", name, maxIndexed)
}

// item is the driver.Encoder of an item, which is a map.
type item struct {
	meter
	attributes *attributes
}

func (i *item) EncodeMap(int) driver.Encoder { return i.attributes }

// attributes is that of the attributes of an item, and looks at one after another.
type attributes struct {
	meter
	table    guardedTable
	size     int
	problems []error
}

// MapKey ends an attribute. The revision is the cloud's own.
func (a *attributes) MapKey(name string) {
	m, findable := a.measure, a.findable
	a.measure, a.findable = &measure{}, false
	if name == docstore.DefaultRevisionField {
		return
	}
	m.name(name)
	a.size += m.size
	if m.problem != nil {
		a.problems = append(a.problems, fmt.Errorf("%q: %w", name, m.problem))
	}
	if !findable {
		if err := a.table.checkIndexed(name); err != nil {
			a.problems = append(a.problems, err)
		}
	}
}

// measure is what is found out about an attribute.
type measure struct {
	size    int
	problem error
}

func (m *measure) refuse(format string, args ...any) {
	if m.problem == nil {
		m.problem = fmt.Errorf(format, args...)
	}
}

// name looks at the name of an attribute. https://cloud.google.com/firestore/quotas#collections_documents_and_fields
func (m *measure) name(s string) {
	m.size += len(s)
	if s == "" || strings.HasPrefix(s, "__") && strings.HasSuffix(s, "__") {
		m.refuse("%q is no name of an attribute", s)
	}
}

// meter is a driver.Encoder that keeps nothing.
type meter struct {
	*measure
	depth    int
	inList   bool
	findable bool // whether items are found by the value that was encoded last
}

func (m *meter) EncodeNil()           { m.other(1) }
func (m *meter) EncodeBool(bool)      { m.other(1) }
func (m *meter) EncodeBytes(x []byte) { m.other(len(x)) }
func (m *meter) ListIndex(int)        { m.size++ }
func (m *meter) MapKey(name string)   { m.name(name); m.size++ }

func (m *meter) other(size int) {
	m.size += size
	m.findable = false
}

func (m *meter) EncodeString(x string) {
	m.size += len(x)
	m.findable = x != "" && len(x) <= maxIndexed
}

func (m *meter) number() {
	const about = 10
	m.size += about
	m.findable = true
}

func (m *meter) EncodeInt(x int64) {
	m.number()
	if x > maxInteger || x < -maxInteger {
		m.refuse("%d is beyond 2^53, and Azure would round it: keep it as text", x)
	}
}

func (m *meter) EncodeUint(x uint64) {
	m.number()
	if x > maxInteger {
		m.refuse("%d is beyond 2^53, and Azure would round it: keep it as text", x)
	}
}

func (m *meter) EncodeFloat(x float64) {
	m.number()
	if size := math.Abs(x); math.IsNaN(x) || size > maxFloat || x != 0 && size < minFloat {
		m.refuse("%v is no number on every cloud", x)
	}
}

func (m *meter) EncodeList(int) driver.Encoder {
	if m.inList {
		m.refuse("there is a list in a list, which Firestore does not keep: put a map between")
	}
	return m.deeper(true)
}

func (m *meter) EncodeMap(int) driver.Encoder { return m.deeper(false) }

func (m *meter) deeper(inList bool) *meter {
	const overhead = 3
	m.other(overhead)
	if m.depth+1 >= maxDepth {
		m.refuse("it is more than %d levels deep", maxDepth)
	}
	return &meter{measure: m.measure, depth: m.depth + 1, inList: inList}
}

// EncodeSpecial knows times.
func (m *meter) EncodeSpecial(v reflect.Value) (bool, error) {
	_, ok := v.Interface().(time.Time)
	if ok {
		m.other(len(time.RFC3339Nano))
	}
	return ok, nil
}
