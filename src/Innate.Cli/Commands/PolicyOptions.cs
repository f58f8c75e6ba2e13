using System.CommandLine;
using System.Globalization;
using Innate.Benchmarks.Policy;
using Innate.Judges;
using Innate.Runs.Evaluation;

namespace Innate.Cli.Commands;

/// <summary>The options of <c>innate eval --policy</c>: how often a model's own answers are right.</summary>
internal sealed class PolicyOptions
{
    public Option<string?> Policy { get; } = Opt.Text(
        "--policy", "SET",
        $"Measure the model's own answers on a question set: {string.Join(", ", QuestionSet.Names)} [off: a benchmark of "
        + $"rewards]");

    public Option<int> Samples { get; } = Opt.Whole(
        "--samples", "With --policy: answers to each question", 1, 1, "a whole number of at least 1");

    public Option<double?> Temperature { get; } = Opt.OptionalNumber(
        "--temperature",
        "With --policy or --world: logits are divided by it; 0: always the likeliest token [default: 0 for one sample, 1 for "
        + "more; in a world 1]");

    public Option<string?> K { get; } = Opt.Text(
        "--k", "K,...", "With --policy: the k of pass@k and majority@k [default: the powers of 2 up to --samples]");

    public Option<int> MaxTokens { get; } = Opt.Whole(
        "--max-tokens", "With --policy: the most tokens of an answer, its end token included", 512, 1,
        "a whole number of at least 1");

    public Option<string?> Instruction { get; } = Opt.Text(
        "--instruction", "TEXT",
        $"With --policy: put on a line after each question; \"\": nothing [default: nothing for arith, and with --raw; else "
        + $"\"{PolicyEvaluationSettings.InABox}\"]");

    public Option<string?> CheckReasoning { get; } = Opt.Text(
        "--check-reasoning", "JUDGE|DIR",
        "With --policy: check the reasoning behind right answers, for CoT-Pass@K: verifier, genrm, genrm-cot or thinkprm, or a "
        + "process reward model's folder [off: the answer alone counts]");

    public Option<string?> CheckModel { get; } = Opt.Text(
        "--check-model", "DIR", "The model that a judge in --check-reasoning is asked of [default: the policy itself]");

    public Option<int?> Checks { get; } = Opt.OptionalWhole(
        "--checks", "With --check-reasoning: checks of each sample, which vote "
        + $"[default: {ReasoningCheckSettings.UsualChecks} of a judge that reasons, else 1]");

    private Option[] Own => [Samples, Temperature, K, MaxTokens, Instruction, CheckReasoning, CheckModel, Checks];

    /// <summary>The options that mean nothing in a world.</summary>
    public IReadOnlyList<Option> NotOfWorlds => [Policy, .. Own.Except([Temperature])];

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[Policy, .. Own]) command.Add(option);
    }

    /// <summary>Whether a question set is named in place of a benchmark of rewards.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="name">The benchmark's name.</param>
    /// <param name="others">Options of the benchmarks of rewards.</param>
    /// <exception cref="InputException">Both are named, or neither; or an option of the one is given with the other.</exception>
    public bool IsAsked(ParseResult parsed, Argument<string?> name, IEnumerable<Option> others)
    {
        bool asked = parsed.GetValue(Policy) is not null;
        if (asked == (parsed.GetValue(name) is not null))
        {
            throw new InputException(
                $"--policy: expected either a benchmark's NAME or --policy SET, found {(asked ? "both" : "neither")}.");
        }

        Option? idle = (asked ? others : Own).FirstOrDefault(o => parsed.IsGiven(o));
        return idle is null
            ? asked
            : throw new InputException($"{idle.Name}: expected none {(asked ? "with" : "without")} --policy, found one.");
    }

    /// <summary>What is asked, but for what it shares with the benchmarks of rewards.</summary>
    public PolicyEvaluationSettings Settings(ParseResult parsed) => new()
    {
        Policy = parsed.GetValue(Policy)!,
        Samples = parsed.GetValue(Samples),
        Temperature = parsed.GetValue(Temperature),
        K = parsed.GetValue(K) is { } list ? [.. list.Split(',').Select(part => Whole(part, list))] : [],
        MaxTokens = parsed.GetValue(MaxTokens),
        Instruction = parsed.GetValue(Instruction),
    };

    /// <summary>Who checks the reasoning; null: nobody.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="model">Opens a model as the policy is.</param>
    /// <param name="judge">How a judge of a kind asks.</param>
    /// <exception cref="InputException">Options of a check without one, or a judge's with a model.</exception>
    public ReasoningCheckSettings? Reasoning(ParseResult parsed, ModelOptions model, Func<JudgeKind?, JudgeSettings?> judge)
    {
        if (parsed.GetValue(CheckReasoning) is not { } who)
        {
            Option? idle = ((Option[])[CheckModel, Checks]).FirstOrDefault(o => parsed.IsGiven(o));
            return idle is null ? null
                : throw new InputException($"{idle.Name}: expected {CheckReasoning.Name} beside it, found none.");
        }

        JudgeSettings? asked = judge(JudgeNames.Parse(who));
        string? folder = parsed.GetValue(CheckModel);
        if (asked is null && folder is not null)
        {
            throw new InputException(
                $"{CheckModel.Name}: expected none beside a model in {CheckReasoning.Name}, found '{folder}'.");
        }

        return new ReasoningCheckSettings
        {
            Judge = asked,
            Model = model.Other(parsed, asked is null ? who : folder),
            Checks = parsed.GetValue(Checks),
        };
    }

    private static int Whole(string part, string list) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int k)
            ? k
            : throw new InputException($"--k: expected whole numbers with commas between, found '{list}'.");
}
