using System.CommandLine;
using Innate.Benchmarks;
using Innate.Generation;
using Innate.Judges;
using Innate.Scoring;
using Innate.Search;
using Innate.Sessions;

namespace Innate.Cli.Commands;

/// <summary>The options of <c>innate generate</c> by which one of many answers is chosen, or an answer is searched.</summary>
internal sealed class ChosenOptions
{
    private readonly Option<int> _bestOf = Opt.Whole(
        "--best-of", "Sample so many answers and keep the best by --by; 0: keep what is sampled", 0, 0,
        "a whole number of at least 0");

    private readonly Option<string?> _search = Opt.Text(
        "--search", "HOW",
        $"Search the answer step by step, by --by: {string.Join(", ", StepSearchSettings.Names)} (docs/search.md) [off: sample "
        + "it whole]");

    private readonly Option<string?> _by = Opt.Text(
        "--by", "REWARD",
        "What chooses: a reward, an expression of several, or a judge (judge-verifier) [default: endogenous, of a trained reward "
        + "model its own]");

    private readonly Option<string?> _rewardModel = Opt.Text(
        "--reward-model", "DIR", "The model that scores [default: the one that answers]");

    private readonly Option<string?> _reference = Opt.Text(
        "--reference", "DIR", "The reference model of the implicit reward [off: none]");

    private readonly Option<int?> _candidates = Opt.OptionalWhole(
        "--candidates", "With --search: candidates for the next step of each prefix [default: 8; grace 20]");

    private readonly Option<int> _beams = Opt.Whole(
        "--beams", "With --search beam: prefixes that are kept", 4, 1, "a whole number of at least 1");

    private readonly Option<double> _blend = Opt.Number(
        "--blend", "With --search grace: the score's share beside the policy's likelihood", 0.1, x => x is >= 0 and <= 1,
        "a number from 0 to 1");

    private readonly Option<string[]> _stepEnds = Opt.Many(
        "--step-end", "TEXT", "With --search: a text that ends a step; repeatable; \\n is a line's end [default: \\n]");

    private readonly Option<int> _maxSteps = Opt.Whole(
        "--max-steps", "With --search: the most steps of an answer", 32, 1, "a whole number of at least 1");

    private IReadOnlyList<Option> OfSearch => [_candidates, _beams, _blend, _stepEnds, _maxSteps];

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_bestOf, _search, _by, _rewardModel, _reference, .. OfSearch]) command.Add(option);
    }

    /// <summary>From a setting of the runs to the option that sets it here.</summary>
    public static string NameOf(string setting) => setting switch
    {
        "Reward" => "--by",
        "Beta" => "--blend",
        "StepEnds" => "--step-end",
        "PolicyModel" => "--model",
        _ => OptionNames.Of(setting),
    };

    /// <summary>Whether an answer is chosen or searched.</summary>
    /// <exception cref="InputException">Both, or an option of either without it.</exception>
    public bool IsAsked(ParseResult parsed)
    {
        bool chosen = parsed.GetValue(_bestOf) > 0, searched = parsed.GetValue(_search) is not null;
        if (chosen && searched) throw new InputException("--best-of: expected none beside --search, found both.");
        if (!searched && OfSearch.FirstOrDefault(o => parsed.IsGiven(o)) is { } idle)
        {
            throw new InputException($"{idle.Name}: expected --search beside it, found none.");
        }

        if (!chosen && !searched
            && ((Option[])[_by, _rewardModel, _reference]).FirstOrDefault(o => parsed.IsGiven(o)) is { } unread)
        {
            throw new InputException($"{unread.Name}: expected --best-of or --search beside it, found neither.");
        }

        return chosen || searched;
    }

    /// <summary>How many answers are sampled to choose among; 0: the answer is searched.</summary>
    public int BestOf(ParseResult parsed) => parsed.GetValue(_bestOf);

    /// <summary>The model that scores; null: the one that answers.</summary>
    public ModelSource? RewardModel(ParseResult parsed, ModelOptions model) =>
        model.Other(parsed, parsed.GetValue(_rewardModel));

    /// <summary>What scores.</summary>
    /// <param name="parsed">The options.</param>
    /// <param name="model">Says how the other models are run.</param>
    /// <param name="source">The model that answers.</param>
    /// <param name="io">Opens the model that scores, to see what it is.</param>
    /// <param name="seed">Decides a judge's reasoning.</param>
    /// <exception cref="InputException">There is no such scorer, or the model cannot serve it.</exception>
    public ScorerSettings Scorer(ParseResult parsed, ModelOptions model, ModelSource source, CliIo io, ulong seed)
    {
        string name = parsed.GetValue(_by) ?? Usual(RewardModel(parsed, model) ?? source, io);
        ScorerSpec spec = ScorerSpec.Parse(name);
        if (spec.IsBaseline) throw new InputException($"--by: expected a reward or a judge, found '{name}'.");
        ScorerSettings settings = new()
        {
            Reward = spec.Reward,
            Options = spec.Options,
            Expression = spec.Expression,
            Reference = model.Other(parsed, parsed.GetValue(_reference)),
            Judge = spec.Kind == ScorerKind.Judge ? new JudgeSettings { Kind = spec.Judge, Seed = seed } : null,
        };
        settings.Check();
        return settings;
    }

    /// <summary>The search.</summary>
    /// <exception cref="InputException">There is none of this name.</exception>
    public StepSearchSettings Search(ParseResult parsed)
    {
        string name = parsed.GetValue(_search)!;
        int kind = StepSearchSettings.Names.ToList().IndexOf(name);
        if (kind < 0)
        {
            throw new InputException(
                $"--search: expected {string.Join(", ", StepSearchSettings.Names)}, "
                + $"found '{name}'{NearestName.Hint(name, StepSearchSettings.Names)}.");
        }

        if (kind != (int)StepSearchKind.Beam && parsed.IsGiven(_beams))
        {
            throw new InputException($"--beams: expected none with --search {name}, found one.");
        }

        if (kind != (int)StepSearchKind.Grace && parsed.IsGiven(_blend))
        {
            throw new InputException($"--blend: expected none with --search {name}, found one.");
        }

        StepSearchSettings settings = new()
        {
            Kind = (StepSearchKind)kind,
            Candidates = parsed.GetValue(_candidates),
            Beams = parsed.GetValue(_beams),
            Beta = parsed.GetValue(_blend),
            MaxSteps = parsed.GetValue(_maxSteps),
        };
        if (parsed.GetValue(_stepEnds) is { Length: > 0 } ends)
        {
            settings = settings with { StepEnds = [.. ends.Select(e => e.Replace("\\n", "\n", StringComparison.Ordinal))] };
        }

        settings.Check();
        return settings;
    }

    private static string Usual(ModelSource source, CliIo io)
    {
        using ModelSession session = io.OpenSource(source, io.Cancellation);
        return session.JudgesSteps ? "process" : session.IsClassifier ? "classifier" : "endogenous";
    }
}
