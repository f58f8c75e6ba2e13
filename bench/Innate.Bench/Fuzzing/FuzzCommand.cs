using System.Globalization;

namespace Innate.Bench.Fuzzing;

/// <summary>
/// <c>fuzz NAME [--count N] [--seed S] [--seconds T] [--out DIR]</c>: a parser, its inputs, what was found. <c>fuzz NAME FILE</c>
/// reads one saved input.
/// </summary>
internal static class FuzzCommand
{
    // What the threads of a server have.
    private const int StackBytes = 1536 << 10;

    public static int Run(string[] args)
    {
        if (args is not [string name, .. string[] options] || !FuzzTargets.Names.Contains(name)) return Usage();
        long count = 1_000_000;
        int seed = 1;
        double seconds = double.PositiveInfinity;
        string folder = "fuzz-found", file = "";
        if (options is [string one])
        {
            (file, options) = (one, []);
        }

        if (options.Length % 2 != 0) return Usage();
        for (int i = 0; i < options.Length; i += 2)
        {
            string value = options[i + 1];
            bool isRead = options[i] switch
            {
                "--count" => long.TryParse(value, CultureInfo.InvariantCulture, out count),
                "--seed" => int.TryParse(value, CultureInfo.InvariantCulture, out seed),
                "--seconds" => double.TryParse(value, CultureInfo.InvariantCulture, out seconds),
                "--out" => (folder = value).Length > 0,
                _ => false,
            };
            if (!isRead) return Usage();
        }

        bool isClean = false;
        Thread thread = new(() => isClean = file.Length > 0 ? One(name, file) : All(), StackBytes);
        thread.Start();
        thread.Join();
        return isClean ? 0 : 1;

        bool All()
        {
            using FuzzPlace place = new();
            return new FuzzLoop(name, FuzzTargets.Open(name, place), seed, folder).Run(count, seconds);
        }
    }

    private static bool One(string name, string file)
    {
        using FuzzPlace place = new();
        FuzzOutcome outcome = FuzzOutcome.Of(FuzzTargets.Open(name, place).Try, File.ReadAllBytes(file));
        Console.WriteLine($"{outcome.Verdict}, {outcome.Seconds:F2} s, {outcome.Bytes:N0} bytes\n{outcome.Error}");
        return outcome is { Verdict: not FuzzVerdict.Crashed, Seconds: < 1 };
    }

    private static int Usage()
    {
        Console.Error.WriteLine(
            $"Innate.Bench: expected fuzz NAME [--count N] [--seed S] [--seconds T] [--out DIR], or fuzz NAME FILE; "
            + $"NAME is one of {string.Join(", ", FuzzTargets.Names)}; or fuzz jinja [--inputs N] [--seed S].");
        return 2;
    }
}
