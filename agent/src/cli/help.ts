export const help = `Usage: vedette COMMAND

  start --config FILE        run the box until SIGTERM or SIGINT
  config check FILE          say whether a settings file is right, and if not, where
  doctor [--config FILE] [--production] [--json]
                             what is wrong with this machine, and what to do about it
  probe ADDRESS [--user NAME] [--seconds N] [--json]
  probe CAMERA --config FILE [--seconds N] [--json]
                             what a camera says, sends and shows, and what to do where it is wrong
  benchmark [--sources N] [--duration S] [--model DIR] [--profile] [--find-max] [--json]
                             how much this machine carries
  model import FILE.onnx --parser FAMILY --labels FILE
      [--name NAME] [--version X.Y.Z] [--licence TEXT] [--source TEXT] [--out DIR]
                             make a model package of an ONNX file, checking its shapes; FAMILY is that of a
                             detector, or classifier
  model list [DIR]           the packages in a folder
  model verify DIR           compare a package's files with its model.yaml and with each other

  --help, --version

Exit codes: 0 done, 1 failed, 2 called wrongly.`
