using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Innate.Benchmarks.Policy;
using Innate.Checkpoints;
using Innate.Cli.Evaluation;
using Innate.Cli.Rows;
using Innate.Cli.Terminal;
using Innate.Rows;
using Innate.Text;

namespace Innate.Cli.Commands;

/// <summary><c>innate eval --policy</c>: how often a model's own answers are right.</summary>
internal sealed class PolicyEvaluation
{
    private const string InABox = "Reason step by step, and put the final answer in \\boxed{}.";

    public Option<string?> Policy { get; } = Opt.Text(
        "--policy", "SET",
        $"Measure the model's own answers on a question set: {string.Join(", ", QuestionSet.Names)} [off: a benchmark of rewards]");

    public Option<int> Samples { get; } = Opt.Whole(
        "--samples", "With --policy: answers to each question", 1, 1, "a whole number of at least 1");

    public Option<double?> Temperature { get; } = Opt.OptionalNumber(
        "--temperature", "With --policy: logits are divided by it; 0: always the likeliest token [default: 0 for one sample, 1 for more]");

    public Option<string?> K { get; } = Opt.Text(
        "--k", "K,...", "With --policy: the k of pass@k and majority@k [default: the powers of 2 up to --samples]");

    public Option<int> MaxTokens { get; } = Opt.Whole(
        "--max-tokens", "With --policy: the most tokens of an answer, its end token included", 512, 1, "a whole number of at least 1");

    public Option<string?> Instruction { get; } = Opt.Text(
        "--instruction", "TEXT",
        $"With --policy: put on a line after each question; \"\": nothing [default: nothing for arith, and with --raw; else \"{InABox}\"]");

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Policy, Samples, Temperature, K, MaxTokens, Instruction]) command.Add(option);
    }

    /// <summary>Whether a question set is named in place of a benchmark of rewards.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="name">The benchmark's name.</param>
    /// <param name="others">Options of the benchmarks of rewards.</param>
    /// <exception cref="InputException">Both are named, or neither; or an option of the one is given with the other.</exception>
    public bool IsAsked(ParseResult parsed, Argument<string?> name, IEnumerable<Option> others)
    {
        bool asked = parsed.GetValue(Policy) is not null;
        if (asked == (parsed.GetValue(name) is not null)) throw new InputException("eval takes either a benchmark's NAME or --policy SET.");
        Option[] own = [Samples, Temperature, K, MaxTokens, Instruction];
        Option? idle = (asked ? others : own).FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false });
        return idle is null
            ? asked
            : throw new InputException($"{idle.Name} belongs to {(asked ? "a benchmark of rewards, not to --policy" : "--policy")}.");
    }

    /// <summary>Samples, grades, and writes the table and, where a folder is given, items.jsonl and results.json.</summary>
    /// <param name="parsed">This part's own options.</param>
    /// <param name="session">The model.</param>
    /// <param name="format">Chat or raw, system prompt.</param>
    /// <param name="common">What it shares with the benchmarks of rewards.</param>
    /// <param name="io">The world.</param>
    public int Run(ParseResult parsed, ModelSession session, ChatFormatOptions format, EvaluationOptions common, CliIo io)
    {
        string name = parsed.GetValue(Policy)!;
        QuestionKind kind = QuestionSet.Parse(name)
            ?? throw new InputException($"--policy takes {string.Join(", ", QuestionSet.Names)}, not '{name}'.");
        if (session.IsClassifier) throw new InputException($"{session.Folder} is a trained reward model with a score head: it answers no questions.");
        int samples = parsed.GetValue(Samples);
        double temperature = parsed.GetValue(Temperature) ?? (samples == 1 ? 0 : 1);
        if (!(temperature >= 0)) throw new InputException($"--temperature takes a number of at least 0, not {temperature.ToString(CultureInfo.InvariantCulture)}.");
        if (samples > 1 && temperature == 0) throw new InputException($"--samples {samples} at --temperature 0 are one answer {samples} times: give a temperature above 0.");
        int[] ks = Ks(parsed.GetValue(K), samples);
        IReadOnlyList<CheckedQuestion> questions = Questions(kind, common);
        PolicySampling sampling = new(
            kind, samples, temperature, parsed.GetValue(MaxTokens), common.Seed,
            parsed.GetValue(Instruction) ?? (kind == QuestionKind.Arith || format.Raw ? "" : InABox));
        PolicyRun run = new(session, format, sampling, io);
        RunHeader header = new(() => Header(name, common, session, format, sampling, questions.Count));
        PolicyItem?[] items = run.Items(questions, common.Out, common.Resume, header);
        PolicyReport report = new(items, ks);
        using (StreamWriter output = io.TextOutput())
        {
            string model = Path.GetFileName(Path.TrimEndingDirectorySeparator(session.Folder));
            string drawn = samples == 1 ? "one answer" : string.Create(CultureInfo.InvariantCulture, $"{samples} answers");
            output.Write(string.Create(CultureInfo.InvariantCulture, $"{name} · {model} · {drawn} at temperature {temperature}\n\n"));
            output.Write(report.Table());
        }

        if (common.Out is { } folder)
        {
            JsonObject fingerprint = new(header.Settings.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value)));
            JsonObject json = new()
            {
                ["benchmark"] = name,
                ["model"] = session.Folder,
                ["fingerprint"] = fingerprint,
                ["samples"] = samples,
                ["temperature"] = temperature,
                ["seed"] = common.Seed,
            };
            report.AddTo(json);
            WholeFile.Write(Path.Combine(folder, "results.json"), JsonBytes.Indented(json));
        }

        return ExitCodes.Success;
    }

    private static IReadOnlyList<CheckedQuestion> Questions(QuestionKind kind, EvaluationOptions common)
    {
        if (common.Limit is < 1) throw new InputException($"--limit takes a whole number of at least 1, not '{common.Limit}'.");
        if (common.Data is { } file) return QuestionSet.Read(kind, file, common.Limit ?? 0);
        return kind == QuestionKind.Arith
            ? QuestionSet.Arithmetic(common.Limit ?? 200, common.Seed)
            : throw new InputException("--policy needs --data FILE: only arith makes its own questions.");
    }

    private static int[] Ks(string? list, int samples)
    {
        if (list is null) return [.. Enumerable.Range(0, 31).Select(p => 1 << p).TakeWhile(k => k <= samples)];
        List<int> ks = [];
        foreach (string part in list.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int k) || k < 1 || k > samples || ks.Contains(k))
            {
                throw new InputException($"--k takes different whole numbers from 1 to --samples ({samples}) with commas between, not '{list}'.");
            }

            ks.Add(k);
        }

        return [.. ks];
    }

    private static KeyValuePair<string, string>[] Header(
        string name, EvaluationOptions common, ModelSession session, ChatFormatOptions format, PolicySampling sampling, int questions) =>
    [
        new("--policy", name),
        new("--data", common.Data is null ? "made on the spot" : Path.GetFullPath(common.Data)),
        new("data", common.Data is null ? "none" : Digest.Whole(common.Data)),
        new("questions", questions.ToString(CultureInfo.InvariantCulture)),
        new("--model", Path.GetFullPath(session.Folder)),
        new("model files", Digest.OfModel(session.Folder)),
        new("--adapter", session.Adapter is { } adapter ? Path.GetFullPath(adapter) : "none"),
        new("adapter files", session.Adapter is null ? "none" : Digest.OfModel(session.Adapter)),
        new("--samples", sampling.Samples.ToString(CultureInfo.InvariantCulture)),
        new("--temperature", sampling.Temperature.ToString("R", CultureInfo.InvariantCulture)),
        new("--max-tokens", sampling.MaxTokens.ToString(CultureInfo.InvariantCulture)),
        new("--seed", sampling.Seed.ToString(CultureInfo.InvariantCulture)),
        new("--instruction", sampling.Instruction),
        new("--raw", format.Raw ? "on" : "off"),
        new("--system", format.System ?? ""),
        new("--template", string.Join(' ', (format.Variables ?? new Dictionary<string, string>()).OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}={p.Value}"))),
        new("version", typeof(PolicyEvaluation).Assembly.GetName().Version!.ToString()),
    ];
}

/// <summary>What all evaluations share.</summary>
/// <param name="Data">The file; null: none is given.</param>
/// <param name="Limit">Only the first so many items; null: all, or 200 of those that are made.</param>
/// <param name="Seed">Decides what is drawn.</param>
/// <param name="Out">The results' folder; null: the table alone.</param>
/// <param name="Resume">Go on after the items that an interrupted run left there.</param>
internal sealed record EvaluationOptions(string? Data, int? Limit, ulong Seed, string? Out, bool Resume);
