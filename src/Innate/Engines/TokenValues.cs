using System.Globalization;
using Innate.Models;
using Innate.Traces;

namespace Innate.Engines;

/// <summary>What one vLLM engine says at a place of a path: a number for the token there, and for the likeliest one.</summary>
/// <param name="Chosen">The token's number: a log-probability, or a logit.</param>
/// <param name="Others">The other tokens' numbers, by id.</param>
internal sealed record TokenValues(double Chosen, IReadOnlyDictionary<int, double> Others)
{
    // What vLLM writes where a number is minus infinity, which JSON lacks.
    private const double Never = -9999;

    /// <summary>A number as vLLM means it.</summary>
    public static double OrNever(double number) => number <= Never ? double.NegativeInfinity : number;

    /// <summary>Asks for both at each place of the prompt and the response.</summary>
    public static EngineRequest Ask(string model, TraceQuery query) => VllmDialect.AskPath(model, query, likeliest: 1);

    /// <summary>Reads those of the response.</summary>
    /// <exception cref="EngineException">The answer is not as vLLM's are.</exception>
    public static TokenValues[] Read(Reply reply, TraceQuery query)
    {
        int[] response = query.Responses[0];
        Reply all = reply["choices"].OfLength(1)[0]["prompt_logprobs"].OfLength(query.Prompt.Length + response.Length);
        return [.. response.Select((token, h) =>
        {
            Reply place = all[query.Prompt.Length + h];
            Dictionary<int, double> others = [];
            foreach (string name in place.Names)
            {
                if (int.TryParse(name, CultureInfo.InvariantCulture, out int id) && id != token)
                {
                    others[id] = OrNever(place[name]["logprob"].Number());
                }
            }

            return new TokenValues(OrNever(place[token.ToString(CultureInfo.InvariantCulture)]["logprob"].Number()), others);
        })];
    }
}
