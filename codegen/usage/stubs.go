package usage

// resourcePath is the package with the clients of resources. The tool knows it as a string alone.
const resourcePath = "github.com/isobar-dev/isobar/runtime/resource"

// Packages of portable types that the clients hand out.
const (
	blobPath     = "gocloud.dev/blob"
	docstorePath = "gocloud.dev/docstore"
)

// stubs are what the analysis has to know of packages that it does not read: the functions and methods by which handlers use resources.
// Parameters do not matter, but results do, as methods are called on them.
var stubs = map[string]string{
	resourcePath: `package resource
import ("context"; "gocloud.dev/blob"; "gocloud.dev/docstore")
func Bucket(ctx context.Context, name string) (*blob.Bucket, error)
func Table(ctx context.Context, name string) (*docstore.Collection, error)
func Publish(ctx context.Context, topic string, data any, options ...any) error
func Send(ctx context.Context, queue string, data any, options ...any) error
func Start(ctx context.Context, workflow string, data any) error
func Secret(ctx context.Context, name string) (string, error)
func Idempotency(table string) any
`,
	blobPath: `package blob
type Bucket struct{}
type Reader struct{}
type Writer struct{}
type Attributes struct{}
type ListIterator struct{}
type ListObject struct{}
func (*Bucket) As(...any) bool
func (*Bucket) Attributes(...any) (*Attributes, error)
func (*Bucket) Download(...any) error
func (*Bucket) Exists(...any) (bool, error)
func (*Bucket) IsAccessible(...any) (bool, error)
func (*Bucket) List(...any) *ListIterator
func (*Bucket) ListPage(...any) ([]*ListObject, []byte, error)
func (*Bucket) NewRangeReader(...any) (*Reader, error)
func (*Bucket) NewReader(...any) (*Reader, error)
func (*Bucket) ReadAll(...any) ([]byte, error)
func (*Bucket) Copy(...any) error
func (*Bucket) Delete(...any) error
func (*Bucket) DeleteWithOptions(...any) error
func (*Bucket) NewWriter(...any) (*Writer, error)
func (*Bucket) Upload(...any) error
func (*Bucket) WriteAll(...any) error
`,
	docstorePath: `package docstore
type Collection struct{}
type ActionList struct{}
type Query struct{}
type DocumentIterator struct{}
type Document = any
type Mods map[FieldPath]any
type FieldPath string
func (*Collection) Actions() *ActionList
func (*Collection) As(...any) bool
func (*Collection) Create(...any) error
func (*Collection) Delete(...any) error
func (*Collection) Get(...any) error
func (*Collection) Put(...any) error
func (*Collection) Query() *Query
func (*Collection) Replace(...any) error
func (*Collection) Update(...any) error
func (*ActionList) Create(...any) *ActionList
func (*ActionList) Delete(...any) *ActionList
func (*ActionList) Get(...any) *ActionList
func (*ActionList) Put(...any) *ActionList
func (*ActionList) Replace(...any) *ActionList
func (*ActionList) Update(...any) *ActionList
func (*ActionList) BeforeDo(...any) *ActionList
func (*ActionList) Do(...any) error
func (*Query) Where(...any) *Query
func (*Query) OrderBy(...any) *Query
func (*Query) Limit(...any) *Query
func (*Query) Offset(...any) *Query
func (*Query) BeforeQuery(...any) *Query
func (*Query) Get(...any) *DocumentIterator
`,
}

const (
	read  = "read"
	write = "write"
)

// verbs are what methods of the portable types do.
var verbs = map[string]map[string][]string{
	blobPath: {
		"As": {read, write}, "Attributes": {read}, "Download": {read}, "Exists": {read}, "IsAccessible": {read}, "List": {read}, "ListPage": {read},
		"NewRangeReader": {read}, "NewReader": {read}, "ReadAll": {read}, "Copy": {read, write}, "Delete": {write}, "DeleteWithOptions": {write},
		"NewWriter": {write}, "Upload": {write}, "WriteAll": {write},
	},
	docstorePath: {
		"As": {read, write}, "Get": {read}, "Query": {read}, "Create": {write}, "Delete": {write}, "Put": {write}, "Replace": {write}, "Update": {write},
	},
}
