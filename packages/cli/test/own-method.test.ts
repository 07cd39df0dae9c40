// The example's own test, run with those of the command.
import '../../../examples/03-own-method/margin-kd.test.js'
