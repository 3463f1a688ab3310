module "example.org/batch"

go 1.24

toolchain go1.24.1

require (
	github.com/aws/aws-sdk-go v1.44.0 // indirect
	github.com/example/fork v0.1.0
	"github.com/example/quoted" v0.2.0
)

replace (
	github.com/aws/aws-sdk-go => github.com/aws/aws-sdk-go v1.25.0
	github.com/example/fork v0.1.0 => ../fork
)

replace github.com/example/quoted v0.9.0 => github.com/example/other v1.0.0

exclude github.com/aws/aws-sdk-go v1.43.0

retract [v0.1.0, v0.2.0]
