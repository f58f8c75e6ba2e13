using System.Globalization;
using Innate.Rewards;
using Innate.Rows;
using Innate.Scoring.Expressions;
using Innate.Scoring.Profiles;
using Innate.Server.Models;
using Innate.Server.Requests;
using Innate.Server.Scheduling;
using Innate.Text;

namespace Innate.Server.Rewards;

/// <summary>Which reward a request asks for, and how its text becomes ids.</summary>
internal sealed record RewardSettings(RewardKind Kind, RewardOptions Options, ChatFormatOptions Format)
{
    /// <summary>Several rewards in one expression, in the reward's place; null: the reward alone.</summary>
    public RewardExpression? Expression { get; init; }

    /// <summary>Checks what a request says; what it leaves out is the server's to choose.</summary>
    /// <param name="asked">What the request says.</param>
    /// <param name="model">The model.</param>
    /// <param name="profiles">Those that an expression may name.</param>
    /// <param name="profile">The profile that is asked for by its name; null: none.</param>
    /// <exception cref="InputException">A value out of range, or a reward that this model cannot give.</exception>
    public static RewardSettings Of(
        RewardParameters asked, ServedModel model, ServedProfiles profiles, RewardProfile? profile = null)
    {
        if (profile is not null) return OfProfile(asked, model, profile);
        RewardExpression? expression = asked.Reward is { } text ? RewardExpression.Parse(text, profiles.Require) : null;
        RewardKind kind = expression?.AsName() ?? Own(model) ?? RewardKind.Endogenous;
        if (expression is not null && expression.AsName() is null && Idle(asked) is { } idle)
        {
            throw new InputException($"\"{idle}\": expected none beside an expression, whose rewards have their own in brackets");
        }

        RewardOptions options = new()
        {
            Alpha = FieldChecks.Number(
                asked.Alpha, "alpha", x => x is >= 1e-6 and <= 1e6, "a number from 0.000001 to 1000000") ?? 1,
            Gamma = FieldChecks.Number(asked.Gamma, "gamma", x => x is >= 0 and <= 1, "a number from 0 to 1") ?? 1,
            Beta = FieldChecks.Number(asked.Beta, "beta", x => x >= 0, "a number of 0 or more") ?? 0,
        };
        ChatFormatOptions format = new() { Raw = asked.Raw ?? model.Raw, System = asked.System, Variables = asked.Template };
        if (expression?.AsName() is not null) expression = null;
        else if (expression?.AsReward() is { } one) (kind, options, expression) = (one.Kind, one.Options, null);
        RewardSettings settings = new(kind, options, format) { Expression = expression };
        if (expression is null) settings.Require(model);
        else RequireHere(expression, model);
        return settings;
    }

    private static RewardSettings OfProfile(RewardParameters asked, ServedModel model, RewardProfile profile)
    {
        string? said = asked.Reward is not null ? "reward" : asked.System is not null ? "system"
            : asked.Raw is not null ? "raw" : Idle(asked);
        if (said is not null)
        {
            throw new InputException($"\"{said}\": expected none beside the model {profile.Name}, a profile that says it");
        }

        RewardExpression expression = profile.Expression;
        RequireHere(expression, model);
        ChatFormatOptions format = new() { Raw = model.Raw, Variables = asked.Template };
        return new RewardSettings(RewardKind.Endogenous, new RewardOptions(), format) { Expression = expression };
    }

    // What is asked for by others is computed here, of what is here.
    private static void RequireHere(RewardExpression expression, ServedModel model)
    {
        expression.RequireHarmless();
        if (expression.NeedsRecommendedGamma)
        {
            throw new InputException("\"reward\": expected gamma as a number, found gamma=recommended");
        }

        if (expression.NeedsReference && model.Reference is null)
        {
            throw new InputException("\"reward\": implicit needs a reference model, and this server was started without one");
        }
    }

    private static string? Idle(RewardParameters asked) =>
        asked.Alpha is not null ? "alpha" : asked.Gamma is not null ? "gamma" : asked.Beta is not null ? "beta" : null;

    /// <summary>The reward with its parameters: two rewards are on one scale only where this is equal.</summary>
    public string Formula => Expression is not null ? Expression.Formula
        : Kind is RewardKind.Endogenous or RewardKind.EndogenousLogProb
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"{RewardNames.NameOf(Kind)}(alpha={Options.Alpha}, gamma={Options.Gamma}, beta={Options.Beta}{First})")
        : Kind == RewardKind.Process ? $"process(steps={Options.Steps.ToString().ToLowerInvariant()})"
        : Options.First is null ? RewardNames.NameOf(Kind)
        : string.Create(CultureInfo.InvariantCulture, $"{RewardNames.NameOf(Kind)}(first={Options.First})");

    private string First => Options.First is null ? "" : string.Create(CultureInfo.InvariantCulture, $", first={Options.First}");

    /// <summary>What is asked of the model.</summary>
    public ScoreKind Score => new(IsOfHead, Options.Alpha, -1, Kind == RewardKind.Implicit);

    /// <summary>A query's rewards from what the model said.</summary>
    /// <param name="result">What it said.</param>
    /// <param name="row">What of the responses is rewarded; null: all.</param>
    public ScoredResponse[] Rewards(ScoreResult result, EncodedRow? row = null) => result.Scores is { } scores
        ? RowRewards.OfHead(result.Query, scores, Options.Steps)
        : RowRewards.Of(Kind, result.Traces, Options, result.References, row);

    private bool IsOfHead => Kind is RewardKind.Classifier or RewardKind.Process or RewardKind.Polar;

    // What a trained reward model gives; null of a language model.
    private static RewardKind? Own(ServedModel model) =>
        !model.IsClassifier ? null : model.JudgesSteps ? RewardKind.Process : RewardKind.Classifier;

    private void Require(ServedModel model)
    {
        if (IsOfHead && !model.IsClassifier)
        {
            throw new InputException(
                $"\"reward\": {RewardNames.NameOf(Kind)} needs a trained reward model, but {model.Name} is a language model");
        }

        if (Own(model) is { } own && Kind != own && !(own == RewardKind.Classifier && Kind == RewardKind.Polar))
        {
            throw new InputException(
                $"\"reward\": {model.Name} is a trained reward model with a score head: it gives {RewardNames.NameOf(own)} "
                + "alone");
        }

        if (Kind == RewardKind.Implicit && model.Reference is null)
        {
            throw new InputException("\"reward\": implicit needs a reference model, and this server was started without one");
        }
    }
}
