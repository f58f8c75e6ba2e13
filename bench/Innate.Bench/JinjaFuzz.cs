using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Innate.Jinja;

namespace Innate.Bench;

/// <summary>
/// Renders templates that a grammar makes up, with sizes and numbers chosen to hurt, and tells of every input that is neither
/// rendered nor refused, takes longer than a second or allocates without bound: <c>fuzz jinja --inputs N [--seed S]</c>.
/// </summary>
/// <remarks>
/// An input that renders in a way not seen before (its outcome, by message without numbers, and the size of its work) is kept
/// and later mutated: pieces of kept inputs are spliced into new ones.
/// </remarks>
internal static class JinjaFuzz
{
    private const int Kept = 2000;

    public static int Run(string[] args)
    {
        if (args is not ["jinja", .. string[] options]) return Usage();
        int inputs = 100_000, seed = 1;
        for (int i = 0; i + 1 < options.Length; i += 2)
        {
            if (!int.TryParse(options[i + 1], CultureInfo.InvariantCulture, out int value)) return Usage();
            if (options[i] == "--inputs") inputs = value;
            else if (options[i] == "--seed") seed = value;
            else return Usage();
        }

        var grammar = new JinjaGrammar(new Random(seed));
        Dictionary<string, object?> variables = Variables();
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        var slowest = (Seconds: 0.0, Template: "");
        var largest = (Bytes: 0L, Template: "");
        int crashes = 0, hangs = 0, rendered = 0;
        var all = Stopwatch.StartNew();
        for (int i = 0; i < inputs; i++)
        {
            string template = grammar.Next([.. seen.Values.TakeLast(50)]);
            File.WriteAllText(Path.Combine(Path.GetTempPath(), $"innate-fuzz-{seed}.jinja"), template, Encoding.UTF8);
            long before = GC.GetAllocatedBytesForCurrentThread(), start = Processor();
            string outcome = Outcome(template, variables, ref crashes, ref rendered);
            double seconds = TimeSpan.FromTicks(Processor() - start).TotalSeconds;
            long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            if (seconds > slowest.Seconds) slowest = (seconds, template);
            if (bytes > largest.Bytes) largest = (bytes, template);
            if (seconds > 1)
            {
                hangs++;
                Console.WriteLine($"{seconds:F1} s: {Shown(template)}");
            }

            string kind = $"{outcome} {Magnitude(bytes)} {Magnitude((long)(seconds * 1e6))}";
            if (seen.Count < Kept) seen.TryAdd(kind, template);
            if ((i + 1) % 10_000 == 0) Report(i + 1);
        }

        Report(inputs);
        Console.WriteLine($"slowest {slowest.Seconds:F2} s: {Shown(slowest.Template)}");
        Console.WriteLine($"largest {largest.Bytes / 1e6:F0} MB: {Shown(largest.Template)}");
        return crashes + hangs == 0 ? 0 : 1;

        void Report(int done) => Console.WriteLine(
            $"{done:N0} inputs, {rendered:N0} rendered, {seen.Count:N0} kinds, {crashes} crashes, {hangs} over 1 s, "
            + $"slowest {slowest.Seconds:F2} s, at most {largest.Bytes / 1e6:F0} MB allocated by one, "
            + $"peak {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:F0} MB, {all.Elapsed.TotalSeconds:F0} s");
    }

    private static int Usage()
    {
        Console.Error.WriteLine("Innate.Bench: expected fuzz jinja [--inputs N] [--seed S].");
        return 2;
    }

    private static string Outcome(
        string template, Dictionary<string, object?> variables, ref int crashes, ref int rendered)
    {
        try
        {
            new JinjaTemplate(template, "t").Render(variables);
            rendered++;
            return "rendered";
        }
        catch (JinjaException e) when (e.Message.Length <= 400)
        {
            return new string([.. e.Reason.Where(c => !char.IsAsciiDigit(c)).Take(60)]);
        }
#pragma warning disable CA1031 // Whatever else escapes is what is looked for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            crashes++;
            Console.WriteLine($"{e.GetType().Name} {e.Message[..Math.Min(200, e.Message.Length)]}: {Shown(template)}");
            return e.GetType().Name;
        }
    }

    // Time of the processor, the collector's included: a busy machine makes nothing look like a hang.
    private static long Processor() => Environment.CpuUsage.TotalTime.Ticks;

    private static int Magnitude(long value) => value <= 0 ? 0 : System.Numerics.BitOperations.Log2((ulong)value);

    private static string Shown(string template) => JsonSerializer.Serialize(template[..Math.Min(1000, template.Length)]);

    private static Dictionary<string, object?> Variables()
    {
        const string json = """
            {"n": 7, "x": -2.5, "s": "aé😀 b-ΣΣ ß", "l": [3, "a", null, [1, {"k": 2}], 2.5, true],
             "d": {"a": 1, "b": [1], "k": "v"},
             "m": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": [{"type": "text", "text": "Yo"}]}]}
            """;
        using JsonDocument document = JsonDocument.Parse(json);
        return TemplateValues.Members(document.RootElement).ToDictionary(p => p.Key, p => p.Value);
    }
}
