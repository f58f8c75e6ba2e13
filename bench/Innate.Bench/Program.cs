using BenchmarkDotNet.Running;
using Innate.Bench;
using Innate.Bench.Fuzzing;

// Usage: Innate.Bench gemm | integers ... | operators MODEL | speed ... | score ... | rollouts ... | tokenize FOLDER FILE
// | fuzz jinja [--inputs N] [--seed S] | fuzz NAME [--count N] [--seed S] [--seconds T] [--out DIR]
// | micro [BenchmarkDotNet options].
// bench/side-by-side runs the first two with their peers.
switch (args.FirstOrDefault())
{
    case "gemm":
        GemmAgainstOpenBlas.Run();
        return 0;
    case "integers":
        return IntegerSpeed.Run(args[1..]);
    case "speed":
        return ModelSpeed.Run(args[1..]);
    case "score":
        return ScoreAgainstTorch.Run(args[1..]);
    case "train":
        return TrainSpeed.Run(args[1..]);
    case "train-memory":
        return TrainMemory.Run(args[1..]);
    case "smoke":
        return SmokeRatios.Run();
    case "prefix":
        return PrefixSharing.Run(args[1..]);
    case "rollouts":
        return RolloutSpeed.Run(args[1..]);
    case "operators":
        return Operators.Run(args[1..]);
    case "lookup":
        return LookupSpeed.Run(args[1..]);
    case "serve-load":
        return await ServeLoad.Run(args[1..]);
    case "tokenize":
        return TokenizerSpeed.Run(args[1..]);
    case "fuzz":
        return args is [_, "jinja", ..] ? JinjaFuzz.Run(args[1..]) : FuzzCommand.Run(args[1..]);
    case "micro":
        BenchmarkSwitcher.FromAssembly(typeof(KernelBenchmarks).Assembly).Run(args[1..]);
        return 0;
    default:
        Console.Error.WriteLine(
            "Innate.Bench: expected gemm, integers, operators, speed, score, train, train-memory, prefix, rollouts, lookup, "
            + "serve-load, smoke, tokenize, fuzz or micro.");
        return 2;
}
