namespace ThotNet.Silo.Caching;

/// <summary>Why something could not be read from the cache or kept in it. To callers each of them is a miss.</summary>
internal enum CacheFault
{
    /// <summary>Redis did not answer in time.</summary>
    Timeout,

    /// <summary>Redis cannot be reached, or has not answered for a while and is left alone.</summary>
    Down,

    /// <summary>Redis has no memory left.</summary>
    Full,

    /// <summary>There is something else than a value at the key.</summary>
    WrongType,

    /// <summary>Written by another version of this code.</summary>
    Version,

    /// <summary>Cut off, with bytes added, or not readable.</summary>
    Corrupt,

    /// <summary>Changed, or written by somebody who does not know the secret.</summary>
    Forged,

    /// <summary>Written for another key.</summary>
    Foreign,

    /// <summary>Larger than an entry may be.</summary>
    TooLarge,

    /// <summary>Any other error of Redis.</summary>
    Other,
}
