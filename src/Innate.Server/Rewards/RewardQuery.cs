using System.Globalization;
using Innate.Server.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Innate.Server.Rewards;

/// <summary>
/// The parameters of those dialects whose bodies have no room for them: they are in the query string
/// (<c>/get_reward?reward=mean-log-likelihood</c>).
/// </summary>
/// <param name="Parameters">The reward's.</param>
/// <param name="Whole">Whether a text that nothing splits is scored after its first token.</param>
/// <param name="RewardKey">slime's name of the number in the reply; null: the reply is the number.</param>
internal sealed record RewardQuery(RewardParameters Parameters, bool Whole, string? RewardKey)
{
    private const int LongestQuote = 60;

    /// <exception cref="InputException">A name that is not understood, or a value of another type.</exception>
    public static RewardQuery Parse(IQueryCollection query, bool takesRewardKey)
    {
        RewardParameters parameters = new(null, null, null, null, null, null, null);
        RewardQuery result = new(parameters, Whole: false, RewardKey: null);
        foreach ((string name, StringValues values) in query)
        {
            string text = values.ToString();
            (parameters, result) = name switch
            {
                "reward" => (parameters with { Reward = text }, result),
                "alpha" => (parameters with { Alpha = Number(name, text) }, result),
                "gamma" => (parameters with { Gamma = Number(name, text) }, result),
                "beta" => (parameters with { Beta = Number(name, text) }, result),
                "raw" => (parameters with { Raw = Flag(name, text) }, result),
                "system" => (parameters with { System = text }, result),
                "whole" => (parameters, result with { Whole = Flag(name, text) }),
                "reward_key" when takesRewardKey => (parameters, result with { RewardKey = text }),
                _ => throw FieldChecks.NotUnderstood(name),
            };
        }

        return result with { Parameters = parameters };
    }

    private static double Number(string name, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw new InputException(name, "a number", Quoted(text));

    private static bool Flag(string name, string text) => text switch
    {
        "true" => true,
        "false" => false,
        _ => throw new InputException(name, "true or false", Quoted(text)),
    };

    private static string Quoted(string text) => $"'{(text.Length <= LongestQuote ? text : text[..LongestQuote] + "...")}'";
}
