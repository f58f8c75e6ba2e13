using System.Text.Json;
using Innate.Models;
using Innate.Rewards;
using Innate.Rows;
using Innate.Server.Http;
using Innate.Server.Models;
using Innate.Server.Scheduling;
using Innate.Text;

namespace Innate.Server.Rewards;

/// <summary>
/// What the trainers' dialects share. They have no room for parameters, so these are in the query string
/// (<c>/get_reward?reward=mean-log-likelihood</c>); their texts are templated already, so none is templated again and no special
/// token is added.
/// </summary>
internal static class Trainers
{
    /// <summary>Reads the query string.</summary>
    /// <param name="call">The request.</param>
    /// <param name="whole">Whether a text that nothing splits is scored after its first token.</param>
    public static RewardSettings Settings(Call call, out bool whole)
    {
        RewardQuery query = RewardQuery.Parse(call.Http.Request.Query, takesRewardKey: false);
        whole = query.Whole;
        return OneReward(RewardSettings.Of(query.Parameters, call.Model, call.Server.Profiles));
    }

    /// <summary>The same, where prompt and response come apart.</summary>
    public static RewardSettings Settings(Call call) =>
        Settings(call, RewardQuery.Parse(call.Http.Request.Query, takesRewardKey: false));

    /// <summary>The same, where a profile may be asked for as the model: it reads prompts that come apart.</summary>
    public static RewardSettings Settings(Call call, JsonElement? model)
    {
        if (ModelNames.RequireReward(call, model) is not { } profile) return Settings(call);
        RewardQuery query = RewardQuery.Parse(call.Http.Request.Query, takesRewardKey: false);
        return RewardSettings.Of(query.Parameters, call.Model, call.Server.Profiles, profile);
    }

    /// <summary>The same of a query that was read.</summary>
    public static RewardSettings Settings(Call call, RewardQuery query) => query.Whole
        ? throw new InputException("\"whole\": prompt and response are apart already")
        : OneReward(RewardSettings.Of(query.Parameters, call.Model, call.Server.Profiles));

    // These dialects have no rows with words and gold answers, and some one response a request.
    private static RewardSettings OneReward(RewardSettings settings)
    {
        if (settings.Expression is not null || settings.Kind == RewardKind.Polar)
        {
            string what = settings.Expression is null ? "polar, which compares with a reference," : "an expression";
            throw new InputException($"\"reward\": expected one reward here, for {what} is taken by /v1/rewards alone");
        }

        return settings;
    }

    /// <summary>Refuses parameters of the template where the text is templated already.</summary>
    /// <exception cref="InputException">The query string says so.</exception>
    public static void RefuseFormat(Call call)
    {
        foreach (string name in (ReadOnlySpan<string>)["raw", "system"])
        {
            if (call.Http.Request.Query.ContainsKey(name))
            {
                throw new InputException($"\"{name}\": the text is templated already, and this would change nothing");
            }
        }
    }

    /// <summary>A templated prompt and what follows it.</summary>
    /// <exception cref="InputException">Too long, or nothing to score.</exception>
    public static TraceQuery Encode(Call call, string prompt, string response)
    {
        Tokenizer tokenizer = call.Model.RequireTokenizer();
        EncodedPrompt asked = EncodedPrompt.Of(tokenizer, prompt);
        TraceQuery query = call.Model.JudgesSteps
            ? TraceQuery.OfSteps(call.Model.Format(new ChatFormatOptions { Raw = call.Model.Raw }), prompt, response)
            : new(asked.Ids, [asked.Continue(tokenizer, response).Ids]);
        call.Model.Limits.Require(query);
        return query;
    }

    /// <summary>A whole text, of which the last token is the classifier's to read.</summary>
    public static TraceQuery OfIds(Call call, int[] ids, bool lastAlone)
    {
        if (ids.Length < 2) throw new InputException("the text is less than two tokens; there is nothing to score");
        int cut = lastAlone ? ids.Length - 1 : 1;
        TraceQuery query = new(ids[..cut], [ids[cut..]]);
        call.Model.Limits.Require(query);
        return query;
    }

    /// <summary>Ids of a templated text: split behind the last place where the ids that let the assistant begin stand.</summary>
    /// <param name="call">The request.</param>
    /// <param name="ids">The ids.</param>
    /// <param name="whole">Where they cannot be split: score all after the first, rather than refuse.</param>
    public static TraceQuery OfTurns(Call call, int[] ids, bool whole)
    {
        int[] opening = call.Model.GenerationPrompt is { Length: > 0 } text ? call.Model.RequireTokenizer().Encode(text) : [];
        if (opening.Length > 0 && ids.AsSpan().LastIndexOf(opening) is >= 0 and int at)
        {
            int cut = at + opening.Length;
            if (cut == ids.Length) throw new InputException("nothing follows the prompt; there is nothing to score");
            TraceQuery query = new(ids[..cut], [ids[cut..]]);
            call.Model.Limits.Require(query);
            return query;
        }

        return whole ? OfIds(call, ids, lastAlone: false) : throw NotSplit();
    }

    /// <summary>A templated text: split where the template lets the assistant begin for the last time.</summary>
    /// <param name="call">The request.</param>
    /// <param name="text">The text.</param>
    /// <param name="whole">Where it cannot be split: score all after the first token, rather than refuse.</param>
    public static TraceQuery OfText(Call call, string text, bool whole)
    {
        Tokenizer tokenizer = call.Model.RequireTokenizer();
        if (call.Model.IsClassifier && !call.Model.JudgesSteps) return OfIds(call, tokenizer.Encode(text), lastAlone: true);
        if (call.Model.GenerationPrompt is { Length: > 0 } opening
            && text.LastIndexOf(opening, StringComparison.Ordinal) is >= 0 and int at)
        {
            return Encode(call, text[..(at + opening.Length)], text[(at + opening.Length)..]);
        }

        return whole
            ? OfIds(call, tokenizer.Encode(text), lastAlone: false)
            : throw NotSplit();
    }

    private static InputException NotSplit() => new(
        "nothing tells where the prompt ends and the response begins; ?whole=true scores all after the first token");

    /// <summary>Rewards of queries, one response each.</summary>
    /// <param name="call">The request.</param>
    /// <param name="queries">The queries.</param>
    /// <param name="settings">The reward.</param>
    /// <param name="place">The path of a query's field, by its index.</param>
    /// <exception cref="InputException">A reward is no finite number: none is made up in its place.</exception>
    public static async Task<(double[] Rewards, ScoredResponse[] Scored, ScoreResult[] Results)> Score(
        Call call, TraceQuery[] queries, RewardSettings settings, Func<int, string> place)
    {
        ScoreResult[] results = await call.Score(queries, settings.Score);
        ScoredResponse[] scored = [.. results.Select(r => settings.Rewards(r)[0])];
        for (int i = 0; i < scored.Length; i++)
        {
            if (RowRewards.NotFinite([scored[i]], withTrace: false) is { } error)
            {
                throw new InputException($"\"{place(i)}\": {error}");
            }
        }

        return ([.. scored.Select(s => s.Reward.Value)], scored, results);
    }

    /// <summary>A reward as a number strictly between 0 and 1, in order: (1 + x / (1 + |x|)) / 2.</summary>
    public static double Squash(double reward)
    {
        // Strictly inside in float32 too, which is what trainers make of it.
        const double Edge = 1e-6;
        double x = double.IsFinite(reward) ? reward / (1 + Math.Abs(reward)) : Math.Sign(reward);
        return Math.Clamp((1 + x) / 2, Edge, 1 - Edge);
    }
}
