"""What a check needs to start other programs beside its servers, such as a Redis or a proxy."""

from kit.ports import spare_port
from kit.running.redis_server import RedisMissing, RedisServer
from kit.running.redis_server import temporary as temporary_redis
from kit.temporary import TemporaryFolder

__all__ = ["RedisMissing", "RedisServer", "TemporaryFolder", "spare_port", "temporary_redis"]
