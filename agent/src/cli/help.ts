export const help = `Usage: vedette COMMAND

Run a box
  start         run it until SIGTERM or SIGINT
  enroll        make this machine a box of a console
  health-check  whether the agent on this machine is well
  logs          its log, line by line
  monitor       how it is: a line a second, or a screen

Settings
  validate      whether a box would run as its settings say, here
  config        every setting and where it was said; whether a file is right

Find out
  doctor        what is wrong with this machine, and what to do about it
  probe         what a camera says, sends and shows, and what to do where it is wrong
  benchmark     how much this machine carries

Models
  model         make packages of ONNX files, list and verify them

vedette COMMAND --help tells the flags of each; most know --json.

  --help, --version

Exit codes: 0 done, 1 failed, 2 called wrongly.`
