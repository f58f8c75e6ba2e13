using Innate.Sessions;

namespace Innate.Runs.Foretelling;

/// <summary>What forecasts have in common.</summary>
internal static class Forecasts
{
    /// <summary>Loads a model that runs here.</summary>
    /// <exception cref="InputException">It runs elsewhere: its time is not this machine's.</exception>
    public static void RequireHere(ModelSession session)
    {
        if (session.Decoder is null)
        {
            throw new InputException("Model", "a model that runs here, where a run is foretold", session.Name);
        }
    }
}
