namespace ThotNet.Silo.Quota;

/// <summary>
/// The free cells of a quota, so that a reservation allocates nothing: at most as many as were ever held at once, or <see cref="Most"/>. The lock of
/// its <see cref="SiloQuota"/> owns it.
/// </summary>
internal sealed class ReservationPool(SiloQuota quota)
{
    private const int Most = 1024;

    private ReservationCell? _first;
    private int _count;

    public ReservationCell Rent()
    {
        if (_first is not { } cell)
        {
            return new(quota);
        }

        _first = cell.NextFree;
        _count--;
        cell.NextFree = null;
        return cell;
    }

    public void Return(ReservationCell cell)
    {
        cell.Free();
        if (_count < Most)
        {
            cell.NextFree = _first;
            _first = cell;
            _count++;
        }
    }
}
